/** S3 and STS error codes with the status and sentence that they are answered with. */
const catalogue = {
  AccessControlListNotSupported: [400, 'The bucket does not allow ACLs.'],
  AccessDenied: [403, 'Access denied.'],
  AuthorizationHeaderMalformed: [400, 'The authorization header is malformed.'],
  AuthorizationQueryParametersError: [400, 'The authorization query parameters are malformed.'],
  BadDigest: [400, 'The digest that was sent does not match what was received.'],
  BucketAlreadyOwnedByYou: [409, 'The bucket exists already and is yours.'],
  BucketNotEmpty: [409, 'The bucket is not empty.'],
  EntityTooLarge: [400, 'The upload is larger than the largest allowed size.'],
  EntityTooSmall: [400, 'A part other than the last is smaller than the smallest allowed size.'],
  ExpiredToken: [403, 'The token has expired.'],
  IllegalLocationConstraintException: [400, 'The location constraint is not this region.'],
  IncompleteBody: [400, 'The body is shorter than announced.'],
  InsufficientStorage: [507, 'The store has no room for more data.'],
  InternalError: [500, 'Internal error.'],
  InvalidAccessKeyId: [403, 'The access key id is unknown.'],
  InvalidArgument: [400, 'An argument is invalid.'],
  InvalidBucketName: [400, 'The bucket name is not valid.'],
  InvalidDigest: [400, 'The digest that was sent is not a digest.'],
  InvalidPart: [400, 'A part was not found, or its ETag or checksum does not match.'],
  InvalidPartOrder: [400, 'The parts are not in ascending order.'],
  InvalidRange: [416, 'The range cannot be satisfied.'],
  InvalidRequest: [400, 'The request is invalid.'],
  InvalidStorageClass: [400, 'The storage class is not valid.'],
  InvalidTag: [400, 'A tag is not valid.'],
  InvalidToken: [403, 'The token is not valid.'],
  InvalidURI: [400, 'The URI could not be decoded.'],
  KeyTooLongError: [400, 'The key is too long.'],
  MalformedPolicy: [400, 'The policy is not valid.'],
  MalformedPolicyDocument: [400, 'The policy is not valid.'],
  MalformedXML: [400, 'The XML is not well-formed or not as expected.'],
  MaxMessageLengthExceeded: [400, 'The request is too big.'],
  MetadataTooLarge: [400, 'The metadata is too large.'],
  MethodNotAllowed: [405, 'The method is not allowed on this resource.'],
  MissingContentLength: [411, 'A Content-Length is required.'],
  MissingSecurityHeader: [400, 'A required header is missing.'],
  NoSuchBucket: [404, 'The bucket does not exist.'],
  NoSuchBucketPolicy: [404, 'The bucket has no policy.'],
  NoSuchConfiguration: [404, 'The bucket has no such configuration.'],
  NoSuchCORSConfiguration: [404, 'The bucket has no CORS configuration.'],
  NoSuchKey: [404, 'The key does not exist.'],
  NoSuchLifecycleConfiguration: [404, 'The bucket has no lifecycle configuration.'],
  NoSuchPublicAccessBlockConfiguration: [404, 'The bucket has no public access block.'],
  NoSuchTagSet: [404, 'There are no tags.'],
  NoSuchUpload: [404, 'The upload does not exist: it may have been completed or aborted.'],
  NoSuchVersion: [404, 'The version does not exist.'],
  NoSuchWebsiteConfiguration: [404, 'The bucket has no website configuration.'],
  NotImplemented: [501, 'This store does not implement what the request asks for.'],
  ObjectLockConfigurationNotFoundError: [404, 'The bucket has no object lock configuration.'],
  OwnershipControlsNotFoundError: [404, 'The bucket has no ownership controls.'],
  PreconditionFailed: [412, 'A precondition does not hold.'],
  ReplicationConfigurationNotFoundError: [404, 'The bucket has no replication configuration.'],
  RequestTimeTooSkewed: [
    403,
    'The time of the request and the time of the store are too far apart.',
  ],
  RequestTimeout: [400, 'No bytes arrived for too long.'],
  ServerSideEncryptionConfigurationNotFoundError: [404, 'The bucket has no encryption setting.'],
  SignatureDoesNotMatch: [403, 'The signature does not match.'],
  ValidationError: [400, 'A parameter is not valid.'],
  XAmzContentSHA256Mismatch: [400, 'The body does not have the announced SHA-256.'],
} as const satisfies Record<string, readonly [number, string]>

export type S3ErrorCode = keyof typeof catalogue

/** A refusal that is told to the caller: code, status and sentence are public, `cause` is not. */
export class S3Error extends Error {
  readonly code: S3ErrorCode
  readonly status: number
  /** Further elements of the error document, by name. */
  readonly fields: Readonly<Record<string, string>>

  constructor(code: S3ErrorCode, message?: string, fields: Readonly<Record<string, string>> = {}) {
    super(message ?? catalogue[code][1])
    this.name = 'S3Error'
    this.code = code
    this.status = catalogue[code][0]
    this.fields = fields
  }
}
