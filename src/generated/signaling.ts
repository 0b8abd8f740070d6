/** Made from openapi/signaling.yaml by `npm run generate`. */

export interface paths {
    "/signaling/v1/dataflows/prepare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prepare a data flow
         * @description The consumer side of a transfer: data of a third party is going to arrive. For a push the answer carries the
         *     address to push to. `metadata` may name the target, `workspace` and `input`.
         */
        post: operations["prepareDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/dataflows/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a data flow
         * @description The provider side of a transfer: the agreement's workspace is made or joined. For a pull the answer carries the
         *     address of the consumer API with its token; for a push the access document is sent to `dataAddress`.
         */
        post: operations["startDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/dataflows/{id}/started": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell that the provider has started
         * @description Consumer side only. For a pull it carries the address to pull from; in a push the address is ignored.
         */
        post: operations["notifyDataFlowStarted"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/dataflows/{id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend a data flow
         * @description Tokens of this flow are refused until it is resumed.
         */
        post: operations["suspendDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/dataflows/{id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a data flow
         * @description The same tokens work again. For a pull of the provider side the answer carries a fresh address.
         */
        post: operations["resumeDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/dataflows/{id}/terminate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Terminate a data flow
         * @description Also answered with 200 for unknown and ended flows.
         */
        post: operations["terminateDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/dataflows/{id}/completed": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Tell that a data flow is completed
         * @description With no body or an empty object. Also answered with 200 for unknown and ended flows.
         */
        post: operations["completeDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/dataflows/{id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        /**
         * Show the state of a data flow
         * @description Only flows of the calling control plane are found.
         */
        get: operations["getDataFlowStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/controlplanes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Register the calling control plane
         * @description Only the caller's own entry, which the operator configured, can be changed. Repeating it changes nothing.
         */
        put: operations["registerControlPlane"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/signaling/v1/controlplanes/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the control plane. */
                id: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take back a registration
         * @description Only the caller's own. What the operator configured stays.
         */
        delete: operations["deregisterControlPlane"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description A problem document (RFC 9457). `code` is stable; `title` and `detail` are for people. */
        Problem: {
            type: string;
            title: string;
            status: number;
            code: string;
            detail: string;
            /** @description The id of the request, as in `X-Request-Id`. */
            instance: string;
            errors?: {
                pointer: string;
                code: string;
                detail: string;
            }[];
            nextStep?: string;
        };
        Identifier: string;
        /** @enum {string} */
        DataFlowState: "INITIALIZED" | "PREPARING" | "PREPARED" | "STARTING" | "STARTED" | "SUSPENDED" | "COMPLETED" | "TERMINATED";
        /** @description A data address as it comes; `@type` may be missing, values may be of any scalar type. */
        ReceivedDataAddress: ({
            "@type"?: string | null;
            endpointType?: string | null;
            endpoint?: string | null;
            endpointProperties?: ({
                "@type"?: string | null;
                name: string;
                value?: string | number | boolean | null;
            } & {
                [key: string]: unknown;
            })[] | null;
        } & {
            [key: string]: unknown;
        }) | null;
        /** @description `profile` or `transferType` is required. */
        DataFlowPrepareMessage: {
            messageId: components["schemas"]["Identifier"];
            participantId: components["schemas"]["Identifier"];
            counterPartyId: components["schemas"]["Identifier"];
            dataspaceContext: components["schemas"]["Identifier"];
            processId: components["schemas"]["Identifier"];
            agreementId: components["schemas"]["Identifier"];
            datasetId: components["schemas"]["Identifier"];
            profile?: string | null;
            transferType?: string | null;
            callbackAddress?: string | null;
            claims?: {
                [key: string]: unknown;
            } | null;
            labels?: string[] | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            dataAddress?: components["schemas"]["ReceivedDataAddress"];
        } & {
            [key: string]: unknown;
        };
        /** @description `profile` or `transferType` is required. `dataAddress` says where to push; in a pull there is none. */
        DataFlowStartMessage: {
            messageId: components["schemas"]["Identifier"];
            participantId: components["schemas"]["Identifier"];
            counterPartyId: components["schemas"]["Identifier"];
            dataspaceContext: components["schemas"]["Identifier"];
            processId: components["schemas"]["Identifier"];
            agreementId: components["schemas"]["Identifier"];
            datasetId: components["schemas"]["Identifier"];
            profile?: string | null;
            transferType?: string | null;
            callbackAddress?: string | null;
            claims?: {
                [key: string]: unknown;
            } | null;
            labels?: string[] | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            dataAddress?: components["schemas"]["ReceivedDataAddress"];
        } & {
            [key: string]: unknown;
        };
        DataFlowStartedNotificationMessage: {
            messageId: components["schemas"]["Identifier"];
            dataAddress?: components["schemas"]["ReceivedDataAddress"];
        } & {
            [key: string]: unknown;
        };
        /** @description Suspend or terminate. Nothing in it is insisted on. */
        DataFlowSignal: ({
            messageId?: string | null;
            reason?: string | null;
        } & {
            [key: string]: unknown;
        }) | null;
        DataFlowResumeMessage: ({
            messageId?: string | null;
            dataAddress?: components["schemas"]["ReceivedDataAddress"];
        } & {
            [key: string]: unknown;
        }) | null;
        DataAddress: {
            /** @enum {string} */
            "@type": "DataAddress";
            endpointType: string;
            endpoint: string;
            endpointProperties: {
                /** @enum {string} */
                "@type": "EndpointProperty";
                name: string;
                value: string;
            }[];
        };
        DataFlowStatusMessage: {
            messageId: string;
            dataFlowId: string;
            state: components["schemas"]["DataFlowState"];
            dataAddress?: components["schemas"]["DataAddress"];
            error?: string;
        };
        DataFlowStatusResponseMessage: {
            dataFlowId: string;
            state: components["schemas"]["DataFlowState"];
        };
        ControlPlaneRegistrationMessage: {
            controlplaneId: components["schemas"]["Identifier"];
            endpoint: string;
            /** @description How to authenticate towards the control plane. */
            authorization?: {
                [key: string]: unknown;
            } | {
                [key: string]: unknown;
            }[] | null;
        } & {
            [key: string]: unknown;
        };
    };
    responses: {
        /** @description The request is not valid; `errors` names each wrong place. */
        BadRequest: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:invalid-request",
                 *       "title": "The request is not valid",
                 *       "status": 400,
                 *       "code": "invalid-request",
                 *       "detail": "The request is not valid.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description No credential, or none that is accepted. */
        Unauthenticated: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                /** @description The scheme to use. */
                "WWW-Authenticate"?: string;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:unauthenticated",
                 *       "title": "Authentication is missing or not accepted",
                 *       "status": 401,
                 *       "code": "unauthenticated",
                 *       "detail": "Authentication is missing or not accepted.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not allowed now. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:not-allowed",
                 *       "title": "Not allowed",
                 *       "status": 403,
                 *       "code": "workspace-suspended",
                 *       "detail": "Not allowed.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not there, or not yours. */
        NotFound: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:not-found",
                 *       "title": "Not found",
                 *       "status": 404,
                 *       "code": "not-found",
                 *       "detail": "Not found.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The state does not allow this. */
        Conflict: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:state-conflict",
                 *       "title": "The state does not allow this",
                 *       "status": 409,
                 *       "code": "state-conflict",
                 *       "detail": "The state does not allow this.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Well formed, but it cannot be done. */
        Unprocessable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:no-compute-service",
                 *       "title": "No compute service for this dataset",
                 *       "status": 422,
                 *       "code": "no-compute-service",
                 *       "detail": "No compute service for this dataset.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Not available right now; try again later. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:store-unavailable",
                 *       "title": "The object store is not available",
                 *       "status": 503,
                 *       "code": "store-unavailable",
                 *       "detail": "The object store is not available.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Any other problem, such as a wrong method or media type, too many requests or an internal error. */
        Problem: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: {
        /** @description Id of the data flow, the `processId` of its first message. */
        DataFlowId: components["schemas"]["Identifier"];
    };
    requestBodies: never;
    headers: {
        /** @description The id of this request, also in problem documents and in our log. */
        RequestId: string;
        /** @description Seconds until it is worth trying again. */
        RetryAfter: number;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    prepareDataFlow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "messageId": "3d3c3a52-6f2f-4f0c-bb0b-7f1fbc1e7a10",
                 *       "participantId": "consumer",
                 *       "counterPartyId": "provider",
                 *       "dataspaceContext": "dataspace-protocol-http:2025-1",
                 *       "processId": "5bd2c1de-8f26-4e9a-a94a-3d4a1a0c9a77",
                 *       "agreementId": "72cc0d1e-0f5c-4c3e-9f0e-5a2f3f1d7a11",
                 *       "datasetId": "partner-data",
                 *       "callbackAddress": "http://connector:8182/api/signaling",
                 *       "transferType": "HttpData-PUSH",
                 *       "labels": [],
                 *       "metadata": {
                 *         "workspace": "ws-01kb",
                 *         "input": "partner.csv"
                 *       },
                 *       "claims": {}
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowPrepareMessage"];
            };
        };
        responses: {
            /** @description The data flow is PREPARED. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messageId": "5a1e6a38-0d2c-4a43-a3ea-1fbb5a1de2b4",
                     *       "dataFlowId": "5bd2c1de-8f26-4e9a-a94a-3d4a1a0c9a77",
                     *       "state": "PREPARED",
                     *       "dataAddress": {
                     *         "@type": "DataAddress",
                     *         "endpointType": "HttpData-PUSH",
                     *         "endpoint": "https://compute.example.com/sink/v1/tr-01ke",
                     *         "endpointProperties": [
                     *           {
                     *             "@type": "EndpointProperty",
                     *             "name": "authorization",
                     *             "value": "example"
                     *           },
                     *           {
                     *             "@type": "EndpointProperty",
                     *             "name": "authType",
                     *             "value": "bearer"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DataFlowStatusMessage"];
                };
            };
            /** @description It takes longer; a callback follows. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Where the state can be read. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataFlowStatusMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    startDataFlow: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "messageId": "0f2c7a52-1a2b-4d3c-8e4f-5a6b7c8d9e0f",
                 *       "participantId": "provider",
                 *       "counterPartyId": "consumer",
                 *       "dataspaceContext": "dataspace-protocol-http:2025-1",
                 *       "processId": "8fe2a1c4-95a5-4a0d-8f0f-3d4f1f6a9b20",
                 *       "agreementId": "72cc0d1e-0f5c-4c3e-9f0e-5a2f3f1d7a11",
                 *       "datasetId": "compute-table-summary",
                 *       "callbackAddress": null,
                 *       "profile": "HttpData-PULL",
                 *       "labels": [],
                 *       "metadata": {},
                 *       "claims": {
                 *         "client_id": "consumer"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowStartMessage"];
            };
        };
        responses: {
            /** @description The data flow is STARTED. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messageId": "5a1e6a38-0d2c-4a43-a3ea-1fbb5a1de2b4",
                     *       "dataFlowId": "8fe2a1c4-95a5-4a0d-8f0f-3d4f1f6a9b20",
                     *       "state": "STARTED",
                     *       "dataAddress": {
                     *         "@type": "DataAddress",
                     *         "endpointType": "HttpData-PULL",
                     *         "endpoint": "https://compute.example.com/v1",
                     *         "endpointProperties": [
                     *           {
                     *             "@type": "EndpointProperty",
                     *             "name": "authorization",
                     *             "value": "dsc_example"
                     *           },
                     *           {
                     *             "@type": "EndpointProperty",
                     *             "name": "authType",
                     *             "value": "bearer"
                     *           },
                     *           {
                     *             "@type": "EndpointProperty",
                     *             "name": "expiresIn",
                     *             "value": "3600"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DataFlowStatusMessage"];
                };
            };
            /** @description It takes longer; a callback follows. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Where the state can be read. */
                    Location: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DataFlowStatusMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    notifyDataFlowStarted: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "messageId": "5a1e6a38-0d2c-4a43-a3ea-1fbb5a1de2b4"
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowStartedNotificationMessage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    suspendDataFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "messageId": "5a1e6a38-0d2c-4a43-a3ea-1fbb5a1de2b4",
                 *       "reason": "suspend"
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowSignal"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    resumeDataFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "messageId": "5a1e6a38-0d2c-4a43-a3ea-1fbb5a1de2b4"
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowResumeMessage"];
            };
        };
        responses: {
            /** @description The data flow is STARTED. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "messageId": "5a1e6a38-0d2c-4a43-a3ea-1fbb5a1de2b4",
                     *       "dataFlowId": "8fe2a1c4-95a5-4a0d-8f0f-3d4f1f6a9b20",
                     *       "state": "STARTED",
                     *       "dataAddress": {
                     *         "@type": "DataAddress",
                     *         "endpointType": "HttpData-PULL",
                     *         "endpoint": "https://compute.example.com/v1",
                     *         "endpointProperties": [
                     *           {
                     *             "@type": "EndpointProperty",
                     *             "name": "authorization",
                     *             "value": "dsc_example"
                     *           },
                     *           {
                     *             "@type": "EndpointProperty",
                     *             "name": "authType",
                     *             "value": "bearer"
                     *           },
                     *           {
                     *             "@type": "EndpointProperty",
                     *             "name": "expiresIn",
                     *             "value": "3600"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DataFlowStatusMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    terminateDataFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "messageId": "5a1e6a38-0d2c-4a43-a3ea-1fbb5a1de2b4",
                 *       "reason": "suspend"
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowSignal"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            default: components["responses"]["Problem"];
        };
    };
    completeDataFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /** @example {} */
                "application/json": {
                    [key: string]: unknown;
                } | null;
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            default: components["responses"]["Problem"];
        };
    };
    getDataFlowStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the data flow, the `processId` of its first message. */
                id: components["parameters"]["DataFlowId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The state. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "dataFlowId": "8fe2a1c4-95a5-4a0d-8f0f-3d4f1f6a9b20",
                     *       "state": "STARTED"
                     *     }
                     */
                    "application/json": components["schemas"]["DataFlowStatusResponseMessage"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    registerControlPlane: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "controlplaneId": "provider-edc",
                 *       "endpoint": "https://connector.example.com/api/signaling"
                 *     }
                 */
                "application/json": components["schemas"]["ControlPlaneRegistrationMessage"];
            };
        };
        responses: {
            /** @description Done. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            default: components["responses"]["Problem"];
        };
    };
    deregisterControlPlane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the control plane. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
}
export interface operationSecurity {
    prepareDataFlow: "controlPlane";
    startDataFlow: "controlPlane";
    notifyDataFlowStarted: "controlPlane";
    suspendDataFlow: "controlPlane";
    resumeDataFlow: "controlPlane";
    terminateDataFlow: "controlPlane";
    completeDataFlow: "controlPlane";
    getDataFlowStatus: "controlPlane";
    registerControlPlane: "controlPlane";
    deregisterControlPlane: "controlPlane";
}
