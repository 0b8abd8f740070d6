/** Made from openapi/consumer.yaml by `npm run generate`. */

export interface paths {
    "/v1": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the access document
         * @description Where the API, its documentation, the renewal of the token and the deletion report are. The tokens themselves are left out.
         */
        get: operations["getAccess"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspace": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show the workspace
         * @description State, services, store, limits and use. Also answered while the workspace is suspended or has ended, until the token expires.
         */
        get: operations["getWorkspace"];
        put?: never;
        post?: never;
        /**
         * End the workspace
         * @description The consumer is done: access ends, running jobs are ended with grace, everything stored is deleted, and the
         *     signed deletion report appears at `deletionReportUrl`. This cannot be undone.
         */
        delete: operations["endWorkspace"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/services": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the compute services of the agreement
         * @description Only services that the agreement allows, each in its newest version.
         */
        get: operations["listServices"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/services/{serviceId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a compute service. */
                serviceId: components["parameters"]["ServiceId"];
            };
            cookie?: never;
        };
        /**
         * Show a compute service
         * @description Inputs, outputs, parameters as JSON Schema, resources and limits of one service.
         */
        get: operations["getService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/credentials": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Get temporary S3 credentials
         * @description Credentials for the workspace's bucket: writing below `inputs/`, reading `inputs/` and `jobs/`. The duration is
         *     clamped to what is possible; `expiresAt` tells. Ask again before that time. The answer is never kept.
         */
        post: operations["issueCredentials"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Renew the access token
         * @description OAuth 2 refresh (RFC 6749, 6.), as form or as query parameters. The answer carries a new access token and a new
         *     refresh token; the old refresh token still answers until its successor was used. Where the transfer profile
         *     demands it, `Authorization` carries the consumer's own signed token.
         */
        post: operations["refreshToken"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inputs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the inputs
         * @description Every input that is there or being uploaded, whatever way it came.
         */
        get: operations["listInputs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/inputs/{name}": {
        parameters: {
            query?: {
                /** @description One file of a directory, segments separated by `/`. */
                path?: components["parameters"]["Path"];
            };
            header?: never;
            path: {
                /** @description Name of the input, chosen by you. */
                name: components["parameters"]["InputName"];
            };
            cookie?: never;
        };
        /**
         * Download an input
         * @description The bytes of an input, or of one file of a directory input with `path`.
         */
        get: operations["getInput"];
        /**
         * Upload an input
         * @description The body is stored as it comes, of any size and any content type, streamed. `Content-Length` is optional.
         *     With `Repr-Digest: sha-256=:…:` the digest is checked before the input appears. `path` puts one file of a
         *     directory input; call `complete` when all are there. An input that a job has pinned is refused with 409.
         */
        put: operations["putInput"];
        post?: never;
        /**
         * Remove an input
         * @description Removes the input with all its files, or one file of a directory input with `path`. An input that a job has pinned is refused with 409.
         */
        delete: operations["deleteInput"];
        options?: never;
        /**
         * Look at an input
         * @description Size, entity tag and digest of an input in the headers, without its bytes.
         */
        head: operations["headInput"];
        patch?: never;
        trace?: never;
    };
    "/v1/inputs/{name}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the input, chosen by you. */
                name: components["parameters"]["InputName"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say that an input is whole
         * @description For an input put by S3, so that waiting jobs see it at once. Needed for directories. A given size or digest is checked.
         */
        post: operations["completeInput"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the transfers
         * @description Newest first.
         */
        get: operations["listTransfers"];
        put?: never;
        /**
         * Bring data from a third party
         * @description With `source`: pull from that data address now. With `expect: true`: wait for it; the answer carries a
         *     `callbackAddress` for your connector's transfer request (the pull begins when the address arrives there) and
         *     a `dataDestination` for a push.
         */
        post: operations["createTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{transferId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a transfer. */
                transferId: components["parameters"]["TransferId"];
            };
            cookie?: never;
        };
        /**
         * Show a transfer
         * @description State, bytes done and total, rate, and why it failed.
         */
        get: operations["getTransfer"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/transfers/{transferId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a transfer. */
                transferId: components["parameters"]["TransferId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a transfer
         * @description Bytes that arrived so far are thrown away. Cancelling one that has ended changes nothing.
         */
        post: operations["cancelTransfer"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the jobs
         * @description Newest first.
         */
        get: operations["listJobs"];
        put?: never;
        /**
         * Submit a job
         * @description Runs a compute service on inputs of the workspace. `inputs` binds the service's names to inputs (the same name by
         *     default). With `start: now` a missing required input is refused with 409 and nothing is made; with
         *     `when-inputs-ready` the job waits for them.
         */
        post: operations["submitJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        /**
         * Show a job
         * @description State with reason, attempts, times, exit code and use.
         */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a job
         * @description The worker gets its grace time. The state stays until then and `cancelRequestedAt` is set. Cancelling a job that has ended changes nothing.
         */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        /**
         * Read the log of a job
         * @description Text as the worker wrote it, live while it runs, kept afterwards. With `follow=true` the answer stays open until the attempt has ended.
         */
        get: operations["getJobLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/outputs": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        /**
         * List the outputs of a job
         * @description Every file that the job left, with size and digest, in the order of their names. Empty until the job has ended.
         */
        get: operations["listOutputs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/outputs/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
                /** @description Name of the output. */
                name: components["parameters"]["OutputName"];
            };
            cookie?: never;
        };
        /**
         * Download an output
         * @description The bytes of an output file; of one file of a directory with `path`; of a whole directory with
         *     `Accept: application/zip`. With `redirect=true` the answer is a presigned URL of the store instead.
         */
        get: operations["getOutput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/manifest": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        /**
         * Get the proof of delivery
         * @description What the job read and left, with sizes and digests, and the signature: a compact JWS whose payload is the manifest.
         *     The keys are at `/.well-known/jwks.json`. There is none until the job has ended.
         */
        get: operations["getManifest"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read events
         * @description The workspace's events in order, without gaps. Pass the answer's `after` to go on; with `wait` the answer is held
         *     until something happens. With `Accept: text/event-stream` they are sent as they happen; `Last-Event-ID` goes on
         *     where a stream broke. Events that are no longer kept: 410 with the oldest sequence.
         */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the subscriptions
         * @description Newest first, without their secrets.
         */
        get: operations["listSubscriptions"];
        put?: never;
        /**
         * Subscribe to events
         * @description Events are POSTed to `url` as CloudEvents, signed by the Standard Webhooks scheme, at least once and in order.
         *     The secret is shown in this answer only.
         */
        post: operations["createSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        /**
         * Show a subscription
         * @description State, and why it was disabled. The secret is not shown again.
         */
        get: operations["getSubscription"];
        put?: never;
        post?: never;
        /**
         * Remove a subscription
         * @description Deliveries that are still pending are dropped.
         */
        delete: operations["deleteSubscription"];
        options?: never;
        head?: never;
        /**
         * Change a subscription
         * @description Only the given fields change. `state` switches it off or, after it was disabled, on again. A new `url` also takes the deliveries that are still pending.
         */
        patch: operations["updateSubscription"];
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        /**
         * List the deliveries of a subscription
         * @description Newest first, with every attempt and what was answered.
         */
        get: operations["listDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/deliveries/{deliveryId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
                /** @description Id of a delivery. */
                deliveryId: components["parameters"]["DeliveryId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver an event again
         * @description The same event with the same id is sent again as soon as possible.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a test event
         * @description A signed event of type `subscription.test`, without a place in the sequence of events, is sent to this subscription only.
         */
        post: operations["testSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/rotate-secret": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Change the secret of a subscription
         * @description Until `previousUntil` events carry signatures of both secrets.
         */
        post: operations["rotateSubscriptionSecret"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/subscriptions/{subscriptionId}/recover": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver everything after an event again
         * @description Every matching event after `after` is delivered again, also those that were delivered. A disabled subscription becomes active.
         */
        post: operations["recoverSubscription"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/callbacks/v1/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The unguessable part of the address. */
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Receive an event of a connector's transfer process
         * @description The `callbackAddress` of an expectation. `TransferProcessStarted` with a data address binds the expectation to its
         *     transfer process and begins the pull; the same again only renews its token; another process is refused with
         *     409. `TransferProcessTerminated` of the bound process fails the transfer. Other events change nothing.
         */
        post: operations["receiveTransferEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sink/v1/{transferId}": {
        parameters: {
            query?: never;
            header?: {
                /** @description SHA-256 of the whole body, `sha-256=:base64:` (RFC 9530), checked. */
                "Repr-Digest"?: components["parameters"]["ReprDigest"];
            };
            path: {
                /** @description Id of a transfer. */
                transferId: components["parameters"]["TransferId"];
            };
            cookie?: never;
        };
        get?: never;
        /**
         * Receive the bytes of an input (PUT)
         * @description The same as POST, for data planes that send PUT.
         */
        put: operations["receiveDataPut"];
        /**
         * Receive the bytes of an input
         * @description The `dataDestination` of an expectation, or the address of a prepared push. The body is streamed, chunked or with
         *     length, of any content type. 200 only when the bytes are durable. The first complete body wins; an equal one later
         *     is 200, another one 409.
         */
        post: operations["receiveData"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reports/v1/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The unguessable part of the address. */
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        /**
         * Get the deletion report
         * @description A compact JWS (RFC 7515): when access was cut and by what means, when the last credential expired, what was deleted.
         *     404 until the workspace is deleted, and for a year after that it stays here.
         */
        get: operations["getDeletionReport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/.well-known/jwks.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get the public keys
         * @description The keys that manifests and deletion reports are signed with, retired ones too (RFC 7517).
         */
        get: operations["getJwks"];
        put?: never;
        post?: never;
        delete?: never;
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
        WorkspaceId: string;
        JobId: string;
        TransferId: string;
        DeliveryId: string;
        SubscriptionId: string;
        EventId: string;
        ServiceId: string;
        InputName: string;
        Sha256: string;
        /** Format: date-time */
        Time: string;
        /** Format: date-time */
        NullableTime: string | null;
        Sequence: string;
        /** @enum {string} */
        WorkspaceState: "PROVISIONING" | "READY" | "SUSPENDED" | "CLOSING" | "RETAINED" | "DELETED" | "FAILED";
        /** @enum {string} */
        TransferState: "EXPECTED" | "QUEUED" | "RUNNING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
        /** @enum {string} */
        JobState: "WAITING_FOR_INPUTS" | "QUEUED" | "STAGING" | "RUNNING" | "COLLECTING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
        /** @enum {string} */
        DeliveryState: "PENDING" | "DELIVERED" | "DEAD";
        /** @description The `cursor` of the next page, null on the last one. */
        Next: string | null;
        /** @description Why it is in this state and, where there is a limit, until when. */
        StateReason: {
            code: string;
            message: string;
            since: components["schemas"]["Time"];
            until: components["schemas"]["NullableTime"];
        } | null;
        /** @description Why it failed. `class` says who has to act; `system` is tried again by itself. */
        Failure: {
            /** @enum {string} */
            class: "user" | "data" | "system" | "policy";
            code: string;
            message: string;
            nextStep: string;
            /** @description The end of the log, jobs only. */
            logTail?: string;
        } | null;
        ServiceVersion: {
            id: components["schemas"]["ServiceId"];
            version: number;
        };
        Workspace: {
            id: components["schemas"]["WorkspaceId"];
            state: components["schemas"]["WorkspaceState"];
            stateReason: components["schemas"]["StateReason"];
            agreementId: string;
            /** @description The consumer. */
            participantId: string | null;
            createdAt: components["schemas"]["Time"];
            expiresAt: components["schemas"]["Time"];
            endedAt: components["schemas"]["NullableTime"];
            /** @enum {string|null} */
            endCause: "agreement-ended" | "expired" | "consumer" | "operator" | "no-flow" | "failed" | null;
            failure: components["schemas"]["Failure"];
            services: components["schemas"]["ServiceVersion"][];
            /** @description Where the bucket is; null until it is there. */
            store: {
                endpoint: string;
                region: string;
                bucket: string;
                forcePathStyle: boolean;
                /** @description Whether the store gives temporary credentials. */
                sessions: boolean;
            } | null;
            limits: {
                storageBytes: number;
                concurrentJobs: number;
            };
            use: {
                storageBytes: number;
                objects: number;
                runningJobs: number;
                asOf: components["schemas"]["NullableTime"];
            };
            retentionSeconds: number;
            deletionReportUrl: string;
        };
        Transfer: {
            id: components["schemas"]["TransferId"];
            input: components["schemas"]["InputName"];
            state: components["schemas"]["TransferState"];
            stateReason: components["schemas"]["StateReason"];
            createdAt: components["schemas"]["Time"];
            startedAt: components["schemas"]["NullableTime"];
            endedAt: components["schemas"]["NullableTime"];
            cancelRequestedAt: components["schemas"]["NullableTime"];
            expiresAt: components["schemas"]["NullableTime"];
            bytesDone: number;
            bytesTotal: number | null;
            bytesPerSecond: number | null;
            failure: components["schemas"]["Failure"];
            /** @description For your connector's transfer request; expectations only. */
            callbackAddress?: {
                /** @enum {string} */
                "@type": "CallbackAddress";
                uri: string;
                events: string[];
                transactional: boolean;
            };
            /** @description The destination of a push; expectations only. The secret is shown when the expectation is made, not again. */
            dataDestination?: {
                /** @enum {string} */
                "@type": "DataAddress";
                /** @enum {string} */
                type: "HttpData";
                baseUrl: string;
                authKey?: string;
                authCode?: string;
            };
        };
        Usage: {
            wallSeconds: number;
            cpuSeconds: number | null;
            gpuSeconds: number;
        };
        Attempt: {
            number: number;
            /** @enum {string} */
            state: "QUEUED" | "STAGING" | "RUNNING" | "COLLECTING" | "SUCCEEDED" | "FAILED" | "CANCELLED";
            startedAt: components["schemas"]["NullableTime"];
            endedAt: components["schemas"]["NullableTime"];
            exitCode: number | null;
            failure: components["schemas"]["Failure"];
            usage: components["schemas"]["Usage"];
        };
        Job: {
            id: components["schemas"]["JobId"];
            serviceId: components["schemas"]["ServiceId"];
            version: number;
            labels: {
                [key: string]: string;
            };
            state: components["schemas"]["JobState"];
            stateReason: components["schemas"]["StateReason"];
            /** @description The service's names and the inputs bound to them; size and digest once they are pinned. */
            inputs: {
                [key: string]: {
                    input: components["schemas"]["InputName"];
                    bytes: number | null;
                    sha256: string | null;
                };
            };
            /** @description As given, without secret ones. */
            parameters: {
                [key: string]: unknown;
            };
            attempt: number;
            maxAttempts: number;
            createdAt: components["schemas"]["Time"];
            startedAt: components["schemas"]["NullableTime"];
            endedAt: components["schemas"]["NullableTime"];
            cancelRequestedAt: components["schemas"]["NullableTime"];
            exitCode: number | null;
            failure: components["schemas"]["Failure"];
            attempts: components["schemas"]["Attempt"][];
            usage: components["schemas"]["Usage"];
        };
        DeliveryAttempt: {
            number: number;
            at: components["schemas"]["Time"];
            /** @description The HTTP status, null without an answer. */
            status: number | null;
            durationMs: number;
            /** @description The beginning of the answer. */
            response: string | null;
            error: string | null;
        };
        ServiceInput: {
            name: components["schemas"]["InputName"];
            /** @enum {string} */
            kind: "file" | "archive" | "directory" | "environment";
            required: boolean;
            maxBytes?: number | null;
            title?: string;
            description?: string;
        };
        ServiceOutput: {
            name: components["schemas"]["InputName"];
            /** @enum {string} */
            kind: "file" | "archive" | "directory";
            required: boolean;
            title?: string;
            description?: string;
        };
        /** @enum {string} */
        InputState: "UPLOADING" | "AVAILABLE";
        /** @enum {string} */
        SubscriptionState: "ACTIVE" | "DISABLED";
        EventTypePattern: string;
        Labels: {
            [key: string]: string;
        };
        AccessDocument: {
            /** @enum {string} */
            schema: "dataspace-compute/access/1";
            workspaceId: components["schemas"]["WorkspaceId"];
            agreementId: string;
            /** @description The transfer process that the access belongs to, null if it belongs to the workspace. */
            processId: string | null;
            endpoint: string;
            /** @enum {string} */
            authType: "bearer";
            /** @description The access token; never in the answer of this API. */
            authorization?: string;
            expiresAt: components["schemas"]["Time"];
            refreshEndpoint: string;
            /** @description The refresh token; never in the answer of this API. */
            refreshToken?: string;
            services: components["schemas"]["ServiceId"][];
            workspaceExpiresAt: components["schemas"]["Time"];
            openapi: string;
            docs: string;
            deletionReportUrl: string;
        };
        Service: {
            id: components["schemas"]["ServiceId"];
            version: number;
            title: string;
            description: string | null;
            /** @enum {string} */
            state: "ACTIVE" | "PAUSED" | "RETIRED";
            inputs: components["schemas"]["ServiceInput"][];
            outputs: components["schemas"]["ServiceOutput"][];
            /** @description A JSON Schema (2020-12) of the parameters. */
            parameters: {
                [key: string]: unknown;
            };
            /** @description What one job gets. */
            resources: {
                [key: string]: unknown;
            };
            /** @description Limits of a job and of the workspace. */
            limits: {
                [key: string]: number | unknown[] | null;
            };
        };
        ServiceList: {
            items: components["schemas"]["Service"][];
            next: components["schemas"]["Next"];
        };
        CredentialsRequest: {
            /**
             * @default read-write
             * @enum {string}
             */
            purpose: "read-write" | "read";
            durationSeconds?: number;
        };
        Credentials: {
            endpoint: string;
            region: string;
            bucket: string;
            forcePathStyle: boolean;
            accessKeyId: string;
            secretAccessKey: string;
            sessionToken: string;
            expiresAt: components["schemas"]["Time"];
            /** @description Prefixes that can be read. */
            read: string[];
            /** @description Prefixes that can be written. */
            write: string[];
        };
        /** @description Other fields are ignored, as OAuth 2 says. */
        TokenRequest: {
            /** @enum {string} */
            grant_type: "refresh_token";
            refresh_token: string;
        };
        TokenResponse: {
            access_token: string;
            /** @enum {string} */
            token_type: "Bearer";
            expires_in: number;
            refresh_token: string;
        };
        Input: {
            name: components["schemas"]["InputName"];
            state: components["schemas"]["InputState"];
            bytes: number | null;
            objects: number | null;
            /** @description Known where we saw the bytes. */
            sha256: string | null;
            etag: string | null;
            origin: {
                /** @enum {string} */
                type: "upload" | "s3" | "sink" | "pull";
                transferId?: components["schemas"]["TransferId"];
            };
            updatedAt: components["schemas"]["Time"];
        };
        InputList: {
            items: components["schemas"]["Input"][];
            next: components["schemas"]["Next"];
        };
        CompleteRequest: {
            bytes?: number;
            sha256?: components["schemas"]["Sha256"];
        };
        PullRequest: {
            input: components["schemas"]["InputName"];
            source: components["schemas"]["Source"];
            /** @description The expected size, checked. */
            bytes?: number;
            sha256?: components["schemas"]["Sha256"];
        };
        ExpectationRequest: {
            input: components["schemas"]["InputName"];
            /** @constant */
            expect: true;
            waitSeconds?: number;
            /** @description The expected size, checked. */
            bytes?: number;
            sha256?: components["schemas"]["Sha256"];
        };
        /**
         * @description A data address as a connector hands it out (flat properties with or without namespace, or the protocol's own form),
         *     or `{type: https, url, headers}`. Secrets in it are kept encrypted and never shown again.
         */
        Source: {
            [key: string]: unknown;
        };
        TransferList: {
            items: components["schemas"]["Transfer"][];
            next: components["schemas"]["Next"];
        };
        JobRequest: {
            serviceId: components["schemas"]["ServiceId"];
            version?: number;
            inputs?: {
                [key: string]: components["schemas"]["InputName"];
            };
            /** @description As the service's schema says. */
            parameters?: {
                [key: string]: unknown;
            };
            labels?: components["schemas"]["Labels"];
            /**
             * @default now
             * @enum {string}
             */
            start: "now" | "when-inputs-ready";
        };
        JobList: {
            items: components["schemas"]["Job"][];
            next: components["schemas"]["Next"];
        };
        OutputList: {
            items: {
                name: string;
                /** @description The file inside a directory output, null for a file output. */
                path: string | null;
                bytes: number;
                sha256: components["schemas"]["Sha256"];
            }[];
            next: components["schemas"]["Next"];
        };
        Manifest: {
            /** @enum {string} */
            schema: "dataspace-compute/manifest/1";
            workspaceId: components["schemas"]["WorkspaceId"];
            agreementId: string;
            jobId: components["schemas"]["JobId"];
            attempt: number;
            /** @enum {string} */
            state: "SUCCEEDED" | "FAILED" | "CANCELLED";
            exitCode: number | null;
            service: components["schemas"]["ServiceVersion"];
            image: {
                name: string;
                digest: string | null;
            } | null;
            parametersSha256: components["schemas"]["Sha256"];
            startedAt: components["schemas"]["NullableTime"];
            endedAt: components["schemas"]["NullableTime"];
            inputs: {
                name: string;
                key: string;
                bytes: number;
                sha256: string | null;
            }[];
            outputs: {
                name: string;
                path: string | null;
                key: string;
                bytes: number;
                sha256: components["schemas"]["Sha256"];
            }[];
            missingOutputs: string[];
            log: {
                key: string;
                bytes: number;
                complete: boolean;
            } | null;
            usage: components["schemas"]["Usage"];
        };
        SignedManifest: {
            manifest: components["schemas"]["Manifest"];
            /** @description A compact JWS with the manifest as payload. */
            signature: string;
        };
        /** @description A CloudEvent (1.0). */
        Event: {
            /** @enum {string} */
            specversion: "1.0";
            id: components["schemas"]["EventId"];
            source: string;
            type: string;
            subject: string;
            time: components["schemas"]["Time"];
            /** @enum {string} */
            datacontenttype: "application/json";
            sequence: components["schemas"]["Sequence"];
            /** @description The resource as its GET showed it at that moment, without parameters and attempts. */
            data: {
                [key: string]: unknown;
            };
        };
        EventList: {
            items: components["schemas"]["Event"][];
            after: components["schemas"]["Sequence"];
        };
        SubscriptionRequest: {
            /**
             * Format: uri
             * @description A public https address, or one that the operator allows.
             */
            url: string;
            description?: string | null;
            /** @description All types by default. */
            types?: components["schemas"]["EventTypePattern"][];
            labels?: components["schemas"]["Labels"];
        };
        SubscriptionChange: {
            /**
             * Format: uri
             * @description A public https address, or one that the operator allows.
             */
            url?: string;
            description?: string | null;
            /** @description All types by default. */
            types?: components["schemas"]["EventTypePattern"][];
            labels?: components["schemas"]["Labels"];
            state?: components["schemas"]["SubscriptionState"];
        };
        Subscription: {
            id: components["schemas"]["SubscriptionId"];
            url: string;
            description: string | null;
            types: string[];
            /** @description Only events of jobs with all of these labels, if there are any. */
            labels: {
                [key: string]: string;
            };
            state: components["schemas"]["SubscriptionState"];
            disabledReason: string | null;
            createdAt: components["schemas"]["Time"];
            updatedAt: components["schemas"]["Time"];
            lastDeliveredAt: components["schemas"]["NullableTime"];
        };
        SubscriptionWithSecret: components["schemas"]["Subscription"] & {
            /** @description Shown once, `whsec_…`. */
            secret: string;
        };
        SubscriptionList: {
            items: components["schemas"]["Subscription"][];
            next: components["schemas"]["Next"];
        };
        RotatedSecret: {
            secret: string;
            previousUntil: components["schemas"]["Time"];
        };
        RecoverRequest: {
            after: components["schemas"]["Sequence"];
        };
        Recovery: {
            after: components["schemas"]["Sequence"];
            deliveries: number;
        };
        Delivery: {
            id: components["schemas"]["DeliveryId"];
            subscriptionId: components["schemas"]["SubscriptionId"];
            eventId: components["schemas"]["EventId"];
            eventType: string;
            /** @description The place of the event, null for a test event. */
            sequence: string | null;
            state: components["schemas"]["DeliveryState"];
            attempts: components["schemas"]["DeliveryAttempt"][];
            nextAttemptAt: components["schemas"]["NullableTime"];
            createdAt: components["schemas"]["Time"];
        };
        DeliveryList: {
            items: components["schemas"]["Delivery"][];
            next: components["schemas"]["Next"];
        };
        /** @description An event envelope as connectors send it. Unknown fields are ignored. */
        ConnectorEvent: {
            id?: string | number | null;
            at?: number | string | null;
            type?: string | null;
            payload?: {
                [key: string]: unknown;
            } | null;
        } & {
            [key: string]: unknown;
        };
        ConnectorEventEffect: {
            /** @enum {string} */
            effect: "bound" | "renewed" | "failed" | "none";
        };
        Received: {
            transferId: components["schemas"]["TransferId"];
            bytes: number;
            sha256: components["schemas"]["Sha256"];
        };
        KeySet: {
            keys: ({
                kty: string;
                kid?: string;
            } & {
                [key: string]: unknown;
            })[];
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
        /** @description Not allowed now, for example while the workspace is suspended. */
        Forbidden: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:workspace-suspended",
                 *       "title": "The workspace is suspended",
                 *       "status": 403,
                 *       "code": "workspace-suspended",
                 *       "detail": "The workspace is suspended.",
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
        /** @description None of the accepted media types is available. */
        NotAcceptable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:not-acceptable",
                 *       "title": "None of the accepted media types is available",
                 *       "status": 406,
                 *       "code": "not-acceptable",
                 *       "detail": "None of the accepted media types is available.",
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
        /** @description The workspace has ended, or the events are no longer kept. */
        Gone: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:workspace-ended",
                 *       "title": "The workspace has ended",
                 *       "status": 410,
                 *       "code": "workspace-ended",
                 *       "detail": "The workspace has ended.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Larger than the limit. */
        TooLarge: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:too-large",
                 *       "title": "Too large",
                 *       "status": 413,
                 *       "code": "too-large",
                 *       "detail": "Too large.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The range lies outside of the bytes. */
        RangeNotSatisfiable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:range-not-satisfiable",
                 *       "title": "Range not satisfiable",
                 *       "status": 416,
                 *       "code": "range-not-satisfiable",
                 *       "detail": "Range not satisfiable.",
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
                 *       "type": "urn:dataspace-compute:problem:invalid-parameters",
                 *       "title": "Parameters do not fit the service",
                 *       "status": 422,
                 *       "code": "invalid-parameters",
                 *       "detail": "Parameters do not fit the service.",
                 *       "instance": "urn:uuid:5f0c2b1e-6f57-4f0e-9a55-0d9a5b2f4c11"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests, or a limit is reached. */
        TooMany: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Retry-After": components["headers"]["RetryAfter"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:rate-limited",
                 *       "title": "Too many requests",
                 *       "status": 429,
                 *       "code": "rate-limited",
                 *       "detail": "Too many requests.",
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
        /** @description Done. */
        Done: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description Still the same bytes. */
        NotModified: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content?: never;
        };
        /** @description The bytes. */
        Bytes: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Content-Length": components["headers"]["ContentLength"];
                ETag: components["headers"]["ETag"];
                "Repr-Digest": components["headers"]["ReprDigest"];
                [name: string]: unknown;
            };
            content: {
                "application/octet-stream": unknown;
            };
        };
        /** @description The asked range of the bytes. */
        PartialBytes: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                "Content-Range": components["headers"]["ContentRange"];
                ETag: components["headers"]["ETag"];
                [name: string]: unknown;
            };
            content: {
                "application/octet-stream": unknown;
            };
        };
    };
    parameters: {
        /** @description How many at most. */
        Limit: number;
        /** @description `next` of the page before. */
        Cursor: string;
        /** @description Only what was made at or after this time. */
        CreatedAfter: string;
        /** @description Only what was made before this time. */
        CreatedBefore: string;
        /** @description Your own id of this request. Repeating it with the same body answers with the first resource; another body is refused with 422. */
        IdempotencyKey: string;
        /** @description Id of a compute service. */
        ServiceId: components["schemas"]["ServiceId"];
        /** @description Id of a transfer. */
        TransferId: components["schemas"]["TransferId"];
        /** @description Id of a job. */
        JobId: components["schemas"]["JobId"];
        /** @description Id of a subscription. */
        SubscriptionId: components["schemas"]["SubscriptionId"];
        /** @description Id of a delivery. */
        DeliveryId: components["schemas"]["DeliveryId"];
        /** @description Name of the input, chosen by you. */
        InputName: components["schemas"]["InputName"];
        /** @description Name of the output. */
        OutputName: components["schemas"]["InputName"];
        /** @description The unguessable part of the address. */
        Token: string;
        /** @description One file of a directory, segments separated by `/`. */
        Path: string;
        /** @description One range of bytes, `bytes=first-last`. */
        Range: string;
        /** @description Answer 304 if the entity tag is still this one. */
        IfNoneMatch: string;
        /** @description SHA-256 of the whole body, `sha-256=:base64:` (RFC 9530), checked. */
        ReprDigest: string;
    };
    requestBodies: never;
    headers: {
        /** @description The id of this request, also in problem documents and in our log. */
        RequestId: string;
        /** @description Seconds until it is worth trying again. */
        RetryAfter: number;
        /** @description Where it is. */
        Location: string;
        /** @description How many bytes. */
        ContentLength: number;
        /** @description The entity tag of the bytes. */
        ETag: string;
        /** @description SHA-256 of the whole (RFC 9530), where it is known. */
        ReprDigest: string;
        /** @description Which part this is. */
        ContentRange: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getAccess: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The access document without its tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "schema": "dataspace-compute/access/1",
                     *       "workspaceId": "ws-01kb",
                     *       "agreementId": "72cc0d1e-0f5c-4c3e-9f0e-5a2f3f1d7a11",
                     *       "processId": "8fe2a1c4-95a5-4a0d-8f0f-3d4f1f6a9b20",
                     *       "endpoint": "https://compute.example.com/v1",
                     *       "authType": "bearer",
                     *       "expiresAt": "2026-11-24T10:00:00.000Z",
                     *       "refreshEndpoint": "https://compute.example.com/v1/token",
                     *       "services": [
                     *         "table-summary"
                     *       ],
                     *       "workspaceExpiresAt": "2026-12-24T09:00:00.000Z",
                     *       "openapi": "https://compute.example.com/openapi.json",
                     *       "docs": "https://compute.example.com/docs",
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v"
                     *     }
                     */
                    "application/json": components["schemas"]["AccessDocument"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    getWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ws-01kb",
                     *       "state": "READY",
                     *       "stateReason": null,
                     *       "agreementId": "72cc0d1e-0f5c-4c3e-9f0e-5a2f3f1d7a11",
                     *       "participantId": "did:web:consumer.example.com",
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "expiresAt": "2026-12-24T09:00:00.000Z",
                     *       "endedAt": null,
                     *       "endCause": null,
                     *       "failure": null,
                     *       "services": [
                     *         {
                     *           "id": "table-summary",
                     *           "version": 3
                     *         }
                     *       ],
                     *       "store": {
                     *         "endpoint": "https://s3.example.com",
                     *         "region": "eu",
                     *         "bucket": "dsc-4f1c",
                     *         "forcePathStyle": true,
                     *         "sessions": true
                     *       },
                     *       "limits": {
                     *         "storageBytes": 107374182400,
                     *         "concurrentJobs": 4
                     *       },
                     *       "use": {
                     *         "storageBytes": 188743680,
                     *         "objects": 12,
                     *         "runningJobs": 1,
                     *         "asOf": "2026-11-24T09:10:00.000Z"
                     *       },
                     *       "retentionSeconds": 0,
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v"
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            default: components["responses"]["Problem"];
        };
    };
    endWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace is closing. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "ws-01kb",
                     *       "state": "READY",
                     *       "stateReason": null,
                     *       "agreementId": "72cc0d1e-0f5c-4c3e-9f0e-5a2f3f1d7a11",
                     *       "participantId": "did:web:consumer.example.com",
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "expiresAt": "2026-12-24T09:00:00.000Z",
                     *       "endedAt": null,
                     *       "endCause": null,
                     *       "failure": null,
                     *       "services": [
                     *         {
                     *           "id": "table-summary",
                     *           "version": 3
                     *         }
                     *       ],
                     *       "store": {
                     *         "endpoint": "https://s3.example.com",
                     *         "region": "eu",
                     *         "bucket": "dsc-4f1c",
                     *         "forcePathStyle": true,
                     *         "sessions": true
                     *       },
                     *       "limits": {
                     *         "storageBytes": 107374182400,
                     *         "concurrentJobs": 4
                     *       },
                     *       "use": {
                     *         "storageBytes": 188743680,
                     *         "objects": 12,
                     *         "runningJobs": 1,
                     *         "asOf": "2026-11-24T09:10:00.000Z"
                     *       },
                     *       "retentionSeconds": 0,
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v"
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    listServices: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of services. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "table-summary",
                     *           "version": 3,
                     *           "title": "Summary statistics and plots of a table",
                     *           "description": null,
                     *           "state": "ACTIVE",
                     *           "inputs": [
                     *             {
                     *               "name": "table.csv",
                     *               "kind": "file",
                     *               "required": true,
                     *               "maxBytes": 10737418240
                     *             }
                     *           ],
                     *           "outputs": [
                     *             {
                     *               "name": "report",
                     *               "kind": "directory",
                     *               "required": true
                     *             }
                     *           ],
                     *           "parameters": {
                     *             "type": "object",
                     *             "properties": {
                     *               "TITLE": {
                     *                 "type": "string"
                     *               }
                     *             }
                     *           },
                     *           "resources": {
                     *             "cpu": "2",
                     *             "memory": "4Gi"
                     *           },
                     *           "limits": {
                     *             "runSeconds": 86400,
                     *             "attempts": 3
                     *           }
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ServiceList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    getService: {
        parameters: {
            query?: {
                /** @description An older version; the newest by default. */
                version?: number;
            };
            header?: never;
            path: {
                /** @description Id of a compute service. */
                serviceId: components["parameters"]["ServiceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The compute service. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "table-summary",
                     *       "version": 3,
                     *       "title": "Summary statistics and plots of a table",
                     *       "description": null,
                     *       "state": "ACTIVE",
                     *       "inputs": [
                     *         {
                     *           "name": "table.csv",
                     *           "kind": "file",
                     *           "required": true,
                     *           "maxBytes": 10737418240
                     *         }
                     *       ],
                     *       "outputs": [
                     *         {
                     *           "name": "report",
                     *           "kind": "directory",
                     *           "required": true
                     *         }
                     *       ],
                     *       "parameters": {
                     *         "type": "object",
                     *         "properties": {
                     *           "TITLE": {
                     *             "type": "string"
                     *           }
                     *         }
                     *       },
                     *       "resources": {
                     *         "cpu": "2",
                     *         "memory": "4Gi"
                     *       },
                     *       "limits": {
                     *         "runSeconds": 86400,
                     *         "attempts": 3
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Service"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    issueCredentials: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "purpose": "read-write",
                 *       "durationSeconds": 3600
                 *     }
                 */
                "application/json": components["schemas"]["CredentialsRequest"];
            };
        };
        responses: {
            /** @description Temporary credentials. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "endpoint": "https://s3.example.com",
                     *       "region": "eu",
                     *       "bucket": "dsc-4f1c",
                     *       "forcePathStyle": true,
                     *       "accessKeyId": "ASIAEXAMPLE",
                     *       "secretAccessKey": "example",
                     *       "sessionToken": "example",
                     *       "expiresAt": "2026-11-24T10:00:00.000Z",
                     *       "read": [
                     *         "inputs/",
                     *         "jobs/"
                     *       ],
                     *       "write": [
                     *         "inputs/"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Credentials"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    refreshToken: {
        parameters: {
            query?: {
                /** @description Always `refresh_token`, if the parameters come in the query. */
                grant_type?: "refresh_token";
                /** @description The refresh token, if the parameters come in the query. */
                refresh_token?: string;
                /** @description Accepted and ignored. */
                client_id?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "grant_type": "refresh_token",
                 *       "refresh_token": "example"
                 *     }
                 */
                "application/x-www-form-urlencoded": components["schemas"]["TokenRequest"];
            };
        };
        responses: {
            /** @description A new access token. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "access_token": "dsc_example",
                     *       "token_type": "Bearer",
                     *       "expires_in": 3600,
                     *       "refresh_token": "example"
                     *     }
                     */
                    "application/json": components["schemas"]["TokenResponse"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    listInputs: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only inputs in these states. */
                state?: components["schemas"]["InputState"][];
                /** @description Only what was made at or after this time. */
                createdAfter?: components["parameters"]["CreatedAfter"];
                /** @description Only what was made before this time. */
                createdBefore?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of inputs. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "january.csv",
                     *           "state": "AVAILABLE",
                     *           "bytes": 1048576,
                     *           "objects": 1,
                     *           "sha256": null,
                     *           "etag": "\"9b2cf535f27731c974343645a3985328\"",
                     *           "origin": {
                     *             "type": "s3"
                     *           },
                     *           "updatedAt": "2026-11-24T09:05:00.000Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["InputList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    getInput: {
        parameters: {
            query?: {
                /** @description One file of a directory, segments separated by `/`. */
                path?: components["parameters"]["Path"];
            };
            header?: {
                /** @description One range of bytes, `bytes=first-last`. */
                Range?: components["parameters"]["Range"];
                /** @description Answer 304 if the entity tag is still this one. */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /** @description Name of the input, chosen by you. */
                name: components["parameters"]["InputName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            200: components["responses"]["Bytes"];
            206: components["responses"]["PartialBytes"];
            304: components["responses"]["NotModified"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            416: components["responses"]["RangeNotSatisfiable"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    putInput: {
        parameters: {
            query?: {
                /** @description One file of a directory, segments separated by `/`. */
                path?: components["parameters"]["Path"];
            };
            header?: {
                /** @description SHA-256 of the whole body, `sha-256=:base64:` (RFC 9530), checked. */
                "Repr-Digest"?: components["parameters"]["ReprDigest"];
            };
            path: {
                /** @description Name of the input, chosen by you. */
                name: components["parameters"]["InputName"];
            };
            cookie?: never;
        };
        /** @description The bytes of the input. */
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description The input was replaced. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "january.csv",
                     *       "state": "AVAILABLE",
                     *       "bytes": 1048576,
                     *       "objects": 1,
                     *       "sha256": null,
                     *       "etag": "\"9b2cf535f27731c974343645a3985328\"",
                     *       "origin": {
                     *         "type": "s3"
                     *       },
                     *       "updatedAt": "2026-11-24T09:05:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Input"];
                };
            };
            /** @description The input was made. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "january.csv",
                     *       "state": "AVAILABLE",
                     *       "bytes": 1048576,
                     *       "objects": 1,
                     *       "sha256": null,
                     *       "etag": "\"9b2cf535f27731c974343645a3985328\"",
                     *       "origin": {
                     *         "type": "s3"
                     *       },
                     *       "updatedAt": "2026-11-24T09:05:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Input"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooMany"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    deleteInput: {
        parameters: {
            query?: {
                /** @description One file of a directory, segments separated by `/`. */
                path?: components["parameters"]["Path"];
            };
            header?: never;
            path: {
                /** @description Name of the input, chosen by you. */
                name: components["parameters"]["InputName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    headInput: {
        parameters: {
            query?: {
                /** @description One file of a directory, segments separated by `/`. */
                path?: components["parameters"]["Path"];
            };
            header?: never;
            path: {
                /** @description Name of the input, chosen by you. */
                name: components["parameters"]["InputName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The input is there. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Content-Length": components["headers"]["ContentLength"];
                    ETag: components["headers"]["ETag"];
                    "Repr-Digest": components["headers"]["ReprDigest"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    completeInput: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Name of the input, chosen by you. */
                name: components["parameters"]["InputName"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "bytes": 1048576
                 *     }
                 */
                "application/json": components["schemas"]["CompleteRequest"];
            };
        };
        responses: {
            /** @description The input is available. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "name": "january.csv",
                     *       "state": "AVAILABLE",
                     *       "bytes": 1048576,
                     *       "objects": 1,
                     *       "sha256": null,
                     *       "etag": "\"9b2cf535f27731c974343645a3985328\"",
                     *       "origin": {
                     *         "type": "s3"
                     *       },
                     *       "updatedAt": "2026-11-24T09:05:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Input"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Unprocessable"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    listTransfers: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only transfers in these states. */
                state?: components["schemas"]["TransferState"][];
                /** @description Only transfers into this input. */
                input?: components["schemas"]["InputName"];
                /** @description Only what was made at or after this time. */
                createdAfter?: components["parameters"]["CreatedAfter"];
                /** @description Only what was made before this time. */
                createdBefore?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of transfers. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "tr-01kf",
                     *           "input": "partner.csv",
                     *           "state": "RUNNING",
                     *           "stateReason": null,
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "startedAt": "2026-11-24T09:00:01.000Z",
                     *           "endedAt": null,
                     *           "cancelRequestedAt": null,
                     *           "expiresAt": "2026-11-25T09:00:01.000Z",
                     *           "bytesDone": 524288,
                     *           "bytesTotal": 1048576,
                     *           "bytesPerSecond": 262144,
                     *           "failure": null
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["TransferList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    createTransfer: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your own id of this request. Repeating it with the same body answers with the first resource; another body is refused with 422. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PullRequest"] | components["schemas"]["ExpectationRequest"];
            };
        };
        responses: {
            /** @description The transfer was made. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "tr-01ke",
                     *       "input": "partner.csv",
                     *       "state": "EXPECTED",
                     *       "stateReason": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": null,
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "expiresAt": "2026-12-01T09:00:00.000Z",
                     *       "bytesDone": 0,
                     *       "bytesTotal": null,
                     *       "bytesPerSecond": null,
                     *       "failure": null,
                     *       "callbackAddress": {
                     *         "@type": "CallbackAddress",
                     *         "uri": "https://compute.example.com/callbacks/v1/Zm9v",
                     *         "events": [
                     *           "transfer.process"
                     *         ],
                     *         "transactional": false
                     *       },
                     *       "dataDestination": {
                     *         "@type": "DataAddress",
                     *         "type": "HttpData",
                     *         "baseUrl": "https://compute.example.com/sink/v1/tr-01ke",
                     *         "authKey": "Authorization",
                     *         "authCode": "Bearer example"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooMany"];
            default: components["responses"]["Problem"];
        };
    };
    getTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a transfer. */
                transferId: components["parameters"]["TransferId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transfer. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "tr-01kf",
                     *       "input": "partner.csv",
                     *       "state": "RUNNING",
                     *       "stateReason": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": "2026-11-24T09:00:01.000Z",
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "expiresAt": "2026-11-25T09:00:01.000Z",
                     *       "bytesDone": 524288,
                     *       "bytesTotal": 1048576,
                     *       "bytesPerSecond": 262144,
                     *       "failure": null
                     *     }
                     */
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    cancelTransfer: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a transfer. */
                transferId: components["parameters"]["TransferId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The transfer as it is now. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "tr-01kf",
                     *       "input": "partner.csv",
                     *       "state": "RUNNING",
                     *       "stateReason": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": "2026-11-24T09:00:01.000Z",
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "expiresAt": "2026-11-25T09:00:01.000Z",
                     *       "bytesDone": 524288,
                     *       "bytesTotal": 1048576,
                     *       "bytesPerSecond": 262144,
                     *       "failure": null
                     *     }
                     */
                    "application/json": components["schemas"]["Transfer"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    listJobs: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only jobs in these states. */
                state?: components["schemas"]["JobState"][];
                /** @description Only jobs of this service. */
                serviceId?: components["schemas"]["ServiceId"];
                /** @description Only jobs with this label, `key:value`. */
                label?: string;
                /** @description Only what was made at or after this time. */
                createdAfter?: components["parameters"]["CreatedAfter"];
                /** @description Only what was made before this time. */
                createdBefore?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of jobs. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "job-01kc",
                     *           "serviceId": "table-summary",
                     *           "version": 3,
                     *           "labels": {
                     *             "order": "4711"
                     *           },
                     *           "state": "QUEUED",
                     *           "stateReason": {
                     *             "code": "unschedulable",
                     *             "message": "0/4 nodes are available: 4 Insufficient nvidia.com/gpu",
                     *             "since": "2026-11-24T09:02:00.000Z",
                     *             "until": "2026-11-25T09:00:00.000Z"
                     *           },
                     *           "inputs": {
                     *             "table.csv": {
                     *               "input": "january.csv",
                     *               "bytes": 1048576,
                     *               "sha256": null
                     *             }
                     *           },
                     *           "parameters": {
                     *             "TITLE": "January"
                     *           },
                     *           "attempt": 2,
                     *           "maxAttempts": 3,
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "startedAt": null,
                     *           "endedAt": null,
                     *           "cancelRequestedAt": null,
                     *           "exitCode": null,
                     *           "failure": null,
                     *           "attempts": [
                     *             {
                     *               "number": 1,
                     *               "state": "FAILED",
                     *               "startedAt": "2026-11-24T09:00:10.000Z",
                     *               "endedAt": "2026-11-24T09:01:50.000Z",
                     *               "exitCode": null,
                     *               "failure": {
                     *                 "class": "system",
                     *                 "code": "node-lost",
                     *                 "message": "Node gpu-3 stopped answering.",
                     *                 "nextStep": "None: tried again by itself.",
                     *                 "logTail": ""
                     *               },
                     *               "usage": {
                     *                 "wallSeconds": 100,
                     *                 "cpuSeconds": 90,
                     *                 "gpuSeconds": 100
                     *               }
                     *             }
                     *           ],
                     *           "usage": {
                     *             "wallSeconds": 0,
                     *             "cpuSeconds": 0,
                     *             "gpuSeconds": 0
                     *           }
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["JobList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    submitJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your own id of this request. Repeating it with the same body answers with the first resource; another body is refused with 422. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "serviceId": "table-summary",
                 *       "inputs": {
                 *         "table.csv": "january.csv"
                 *       },
                 *       "parameters": {
                 *         "TITLE": "January"
                 *       },
                 *       "labels": {
                 *         "order": "4711"
                 *       },
                 *       "start": "now"
                 *     }
                 */
                "application/json": components["schemas"]["JobRequest"];
            };
        };
        responses: {
            /** @description The job was made. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "job-01kc",
                     *       "serviceId": "table-summary",
                     *       "version": 3,
                     *       "labels": {
                     *         "order": "4711"
                     *       },
                     *       "state": "QUEUED",
                     *       "stateReason": {
                     *         "code": "unschedulable",
                     *         "message": "0/4 nodes are available: 4 Insufficient nvidia.com/gpu",
                     *         "since": "2026-11-24T09:02:00.000Z",
                     *         "until": "2026-11-25T09:00:00.000Z"
                     *       },
                     *       "inputs": {
                     *         "table.csv": {
                     *           "input": "january.csv",
                     *           "bytes": 1048576,
                     *           "sha256": null
                     *         }
                     *       },
                     *       "parameters": {
                     *         "TITLE": "January"
                     *       },
                     *       "attempt": 2,
                     *       "maxAttempts": 3,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": null,
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "exitCode": null,
                     *       "failure": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "state": "FAILED",
                     *           "startedAt": "2026-11-24T09:00:10.000Z",
                     *           "endedAt": "2026-11-24T09:01:50.000Z",
                     *           "exitCode": null,
                     *           "failure": {
                     *             "class": "system",
                     *             "code": "node-lost",
                     *             "message": "Node gpu-3 stopped answering.",
                     *             "nextStep": "None: tried again by itself.",
                     *             "logTail": ""
                     *           },
                     *           "usage": {
                     *             "wallSeconds": 100,
                     *             "cpuSeconds": 90,
                     *             "gpuSeconds": 100
                     *           }
                     *         }
                     *       ],
                     *       "usage": {
                     *         "wallSeconds": 0,
                     *         "cpuSeconds": 0,
                     *         "gpuSeconds": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooMany"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    getJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "job-01kc",
                     *       "serviceId": "table-summary",
                     *       "version": 3,
                     *       "labels": {
                     *         "order": "4711"
                     *       },
                     *       "state": "QUEUED",
                     *       "stateReason": {
                     *         "code": "unschedulable",
                     *         "message": "0/4 nodes are available: 4 Insufficient nvidia.com/gpu",
                     *         "since": "2026-11-24T09:02:00.000Z",
                     *         "until": "2026-11-25T09:00:00.000Z"
                     *       },
                     *       "inputs": {
                     *         "table.csv": {
                     *           "input": "january.csv",
                     *           "bytes": 1048576,
                     *           "sha256": null
                     *         }
                     *       },
                     *       "parameters": {
                     *         "TITLE": "January"
                     *       },
                     *       "attempt": 2,
                     *       "maxAttempts": 3,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": null,
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "exitCode": null,
                     *       "failure": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "state": "FAILED",
                     *           "startedAt": "2026-11-24T09:00:10.000Z",
                     *           "endedAt": "2026-11-24T09:01:50.000Z",
                     *           "exitCode": null,
                     *           "failure": {
                     *             "class": "system",
                     *             "code": "node-lost",
                     *             "message": "Node gpu-3 stopped answering.",
                     *             "nextStep": "None: tried again by itself.",
                     *             "logTail": ""
                     *           },
                     *           "usage": {
                     *             "wallSeconds": 100,
                     *             "cpuSeconds": 90,
                     *             "gpuSeconds": 100
                     *           }
                     *         }
                     *       ],
                     *       "usage": {
                     *         "wallSeconds": 0,
                     *         "cpuSeconds": 0,
                     *         "gpuSeconds": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job as it is now. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "job-01kc",
                     *       "serviceId": "table-summary",
                     *       "version": 3,
                     *       "labels": {
                     *         "order": "4711"
                     *       },
                     *       "state": "QUEUED",
                     *       "stateReason": {
                     *         "code": "unschedulable",
                     *         "message": "0/4 nodes are available: 4 Insufficient nvidia.com/gpu",
                     *         "since": "2026-11-24T09:02:00.000Z",
                     *         "until": "2026-11-25T09:00:00.000Z"
                     *       },
                     *       "inputs": {
                     *         "table.csv": {
                     *           "input": "january.csv",
                     *           "bytes": 1048576,
                     *           "sha256": null
                     *         }
                     *       },
                     *       "parameters": {
                     *         "TITLE": "January"
                     *       },
                     *       "attempt": 2,
                     *       "maxAttempts": 3,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": null,
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "exitCode": null,
                     *       "failure": null,
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "state": "FAILED",
                     *           "startedAt": "2026-11-24T09:00:10.000Z",
                     *           "endedAt": "2026-11-24T09:01:50.000Z",
                     *           "exitCode": null,
                     *           "failure": {
                     *             "class": "system",
                     *             "code": "node-lost",
                     *             "message": "Node gpu-3 stopped answering.",
                     *             "nextStep": "None: tried again by itself.",
                     *             "logTail": ""
                     *           },
                     *           "usage": {
                     *             "wallSeconds": 100,
                     *             "cpuSeconds": 90,
                     *             "gpuSeconds": 100
                     *           }
                     *         }
                     *       ],
                     *       "usage": {
                     *         "wallSeconds": 0,
                     *         "cpuSeconds": 0,
                     *         "gpuSeconds": 0
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Job"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    getJobLogs: {
        parameters: {
            query?: {
                /** @description Stay connected and send what comes. */
                follow?: boolean;
                /** @description Only the last lines; all by default. */
                tail?: number;
                /** @description Which attempt; the latest by default. */
                attempt?: number;
            };
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The log. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example reading table.csv
                     *     1200 rows
                     */
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    listOutputs: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
            };
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of output files. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "name": "report",
                     *           "path": "summary.json",
                     *           "bytes": 812,
                     *           "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["OutputList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    getOutput: {
        parameters: {
            query?: {
                /** @description One file of a directory, segments separated by `/`. */
                path?: components["parameters"]["Path"];
                /** @description Answer 307 with a presigned URL. */
                redirect?: boolean;
            };
            header?: {
                /** @description One range of bytes, `bytes=first-last`. */
                Range?: components["parameters"]["Range"];
                /** @description Answer 304 if the entity tag is still this one. */
                "If-None-Match"?: components["parameters"]["IfNoneMatch"];
            };
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
                /** @description Name of the output. */
                name: components["parameters"]["OutputName"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The bytes. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    "Content-Length": components["headers"]["ContentLength"];
                    ETag: components["headers"]["ETag"];
                    "Repr-Digest": components["headers"]["ReprDigest"];
                    [name: string]: unknown;
                };
                content: {
                    "application/octet-stream": unknown;
                    "application/zip": unknown;
                };
            };
            206: components["responses"]["PartialBytes"];
            304: components["responses"]["NotModified"];
            /** @description The store's presigned URL, valid for a short time. */
            307: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            416: components["responses"]["RangeNotSatisfiable"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    getManifest: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job. */
                jobId: components["parameters"]["JobId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The manifest and its signature. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "manifest": {
                     *         "schema": "dataspace-compute/manifest/1",
                     *         "workspaceId": "ws-01kb",
                     *         "agreementId": "72cc0d1e-0f5c-4c3e-9f0e-5a2f3f1d7a11",
                     *         "jobId": "job-01kc",
                     *         "attempt": 2,
                     *         "state": "SUCCEEDED",
                     *         "exitCode": 0,
                     *         "service": {
                     *           "id": "table-summary",
                     *           "version": 3
                     *         },
                     *         "image": null,
                     *         "parametersSha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                     *         "startedAt": "2026-11-24T09:03:00.000Z",
                     *         "endedAt": "2026-11-24T09:04:01.000Z",
                     *         "inputs": [
                     *           {
                     *             "name": "table.csv",
                     *             "key": "inputs/january.csv",
                     *             "bytes": 1048576,
                     *             "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *           }
                     *         ],
                     *         "outputs": [
                     *           {
                     *             "name": "report",
                     *             "path": "summary.json",
                     *             "key": "jobs/job-01kc/attempts/2/outputs/report/summary.json",
                     *             "bytes": 812,
                     *             "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *           }
                     *         ],
                     *         "missingOutputs": [],
                     *         "log": {
                     *           "key": "jobs/job-01kc/attempts/2/worker.log",
                     *           "bytes": 9120,
                     *           "complete": true
                     *         },
                     *         "usage": {
                     *           "wallSeconds": 61,
                     *           "cpuSeconds": 110,
                     *           "gpuSeconds": 0
                     *         }
                     *       },
                     *       "signature": "eyJhbGciOiJFZERTQSJ9.e30.c2ln"
                     *     }
                     */
                    "application/json": components["schemas"]["SignedManifest"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description Only events after this sequence; all that are kept by default. */
                after?: components["schemas"]["Sequence"];
                /** @description Hold the answer for at most so many seconds until there is an event. */
                wait?: number;
                /** @description Only events of these types; `job.*` takes all of one kind. */
                type?: components["schemas"]["EventTypePattern"][];
                /**
                 * @description Only events of this subject.
                 * @example jobs/job-01kc
                 */
                subject?: string;
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
            };
            header?: {
                /** @description Of a stream; the sequence of the last event that was seen. */
                "Last-Event-ID"?: components["schemas"]["Sequence"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events, oldest first. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "specversion": "1.0",
                     *           "id": "evt-01kd",
                     *           "source": "/workspaces/ws-01kb",
                     *           "type": "job.succeeded",
                     *           "subject": "jobs/job-01kc",
                     *           "time": "2026-11-24T09:12:00.000Z",
                     *           "datacontenttype": "application/json",
                     *           "sequence": "00000000000000000042",
                     *           "data": {
                     *             "job": {
                     *               "id": "job-01kc",
                     *               "state": "SUCCEEDED"
                     *             }
                     *           }
                     *         }
                     *       ],
                     *       "after": "00000000000000000042"
                     *     }
                     */
                    "application/json": components["schemas"]["EventList"];
                    "text/event-stream": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            406: components["responses"]["NotAcceptable"];
            410: components["responses"]["Gone"];
            429: components["responses"]["TooMany"];
            default: components["responses"]["Problem"];
        };
    };
    listSubscriptions: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only subscriptions in these states. */
                state?: components["schemas"]["SubscriptionState"][];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of subscriptions. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "sub-01kg",
                     *           "url": "https://backend.example.com/events",
                     *           "description": null,
                     *           "types": [
                     *             "job.*"
                     *           ],
                     *           "labels": {},
                     *           "state": "ACTIVE",
                     *           "disabledReason": null,
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "updatedAt": "2026-11-24T09:00:00.000Z",
                     *           "lastDeliveredAt": "2026-11-24T09:12:00.100Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["SubscriptionList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    createSubscription: {
        parameters: {
            query?: never;
            header?: {
                /** @description Your own id of this request. Repeating it with the same body answers with the first resource; another body is refused with 422. */
                "Idempotency-Key"?: components["parameters"]["IdempotencyKey"];
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://backend.example.com/events",
                 *       "types": [
                 *         "job.*"
                 *       ]
                 *     }
                 */
                "application/json": components["schemas"]["SubscriptionRequest"];
            };
        };
        responses: {
            /** @description The subscription with its secret. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub-01kg",
                     *       "url": "https://backend.example.com/events",
                     *       "description": null,
                     *       "types": [
                     *         "job.*"
                     *       ],
                     *       "labels": {},
                     *       "state": "ACTIVE",
                     *       "disabledReason": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z",
                     *       "lastDeliveredAt": null,
                     *       "secret": "whsec_ZXhhbXBsZQ=="
                     *     }
                     */
                    "application/json": components["schemas"]["SubscriptionWithSecret"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooMany"];
            default: components["responses"]["Problem"];
        };
    };
    getSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The subscription. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub-01kg",
                     *       "url": "https://backend.example.com/events",
                     *       "description": null,
                     *       "types": [
                     *         "job.*"
                     *       ],
                     *       "labels": {},
                     *       "state": "ACTIVE",
                     *       "disabledReason": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z",
                     *       "lastDeliveredAt": "2026-11-24T09:12:00.100Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    deleteSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            204: components["responses"]["Done"];
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    updateSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "url": "https://backend.example.com/v2/events",
                 *       "state": "ACTIVE"
                 *     }
                 */
                "application/json": components["schemas"]["SubscriptionChange"];
            };
        };
        responses: {
            /** @description The changed subscription. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "sub-01kg",
                     *       "url": "https://backend.example.com/events",
                     *       "description": null,
                     *       "types": [
                     *         "job.*"
                     *       ],
                     *       "labels": {},
                     *       "state": "ACTIVE",
                     *       "disabledReason": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z",
                     *       "lastDeliveredAt": "2026-11-24T09:12:00.100Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Subscription"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            422: components["responses"]["Unprocessable"];
            default: components["responses"]["Problem"];
        };
    };
    listDeliveries: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only deliveries in these states. */
                state?: components["schemas"]["DeliveryState"][];
                /** @description Only what was made at or after this time. */
                createdAfter?: components["parameters"]["CreatedAfter"];
                /** @description Only what was made before this time. */
                createdBefore?: components["parameters"]["CreatedBefore"];
            };
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of deliveries. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "items": [
                     *         {
                     *           "id": "dlv-01kh",
                     *           "subscriptionId": "sub-01kg",
                     *           "eventId": "evt-01kd",
                     *           "eventType": "job.succeeded",
                     *           "sequence": "00000000000000000042",
                     *           "state": "PENDING",
                     *           "attempts": [
                     *             {
                     *               "number": 1,
                     *               "at": "2026-11-24T09:12:00.050Z",
                     *               "status": 503,
                     *               "durationMs": 12,
                     *               "response": "busy",
                     *               "error": null
                     *             }
                     *           ],
                     *           "nextAttemptAt": "2026-11-24T09:12:05.300Z",
                     *           "createdAt": "2026-11-24T09:12:00.000Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
                /** @description Id of a delivery. */
                deliveryId: components["parameters"]["DeliveryId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery is pending. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dlv-01kh",
                     *       "subscriptionId": "sub-01kg",
                     *       "eventId": "evt-01kd",
                     *       "eventType": "job.succeeded",
                     *       "sequence": "00000000000000000042",
                     *       "state": "PENDING",
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "at": "2026-11-24T09:12:00.050Z",
                     *           "status": 503,
                     *           "durationMs": 12,
                     *           "response": "busy",
                     *           "error": null
                     *         }
                     *       ],
                     *       "nextAttemptAt": "2026-11-24T09:12:05.300Z",
                     *       "createdAt": "2026-11-24T09:12:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    testSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The delivery of the test event. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "dlv-01kh",
                     *       "subscriptionId": "sub-01kg",
                     *       "eventId": "evt-01kd",
                     *       "eventType": "job.succeeded",
                     *       "sequence": "00000000000000000042",
                     *       "state": "PENDING",
                     *       "attempts": [
                     *         {
                     *           "number": 1,
                     *           "at": "2026-11-24T09:12:00.050Z",
                     *           "status": 503,
                     *           "durationMs": 12,
                     *           "response": "busy",
                     *           "error": null
                     *         }
                     *       ],
                     *       "nextAttemptAt": "2026-11-24T09:12:05.300Z",
                     *       "createdAt": "2026-11-24T09:12:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    rotateSubscriptionSecret: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new secret, shown once. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "secret": "whsec_ZXhhbXBsZQ==",
                     *       "previousUntil": "2026-11-25T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["RotatedSecret"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    recoverSubscription: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a subscription. */
                subscriptionId: components["parameters"]["SubscriptionId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "after": "00000000000000000040"
                 *     }
                 */
                "application/json": components["schemas"]["RecoverRequest"];
            };
        };
        responses: {
            /** @description The deliveries are pending. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "after": "00000000000000000040",
                     *       "deliveries": 2
                     *     }
                     */
                    "application/json": components["schemas"]["Recovery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
    receiveTransferEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The unguessable part of the address. */
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "0b1d…",
                 *       "at": 1764000000000,
                 *       "type": "TransferProcessStarted",
                 *       "payload": {
                 *         "transferProcessId": "8fe2…",
                 *         "dataAddress": {
                 *           "properties": {}
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ConnectorEvent"];
            };
        };
        responses: {
            /** @description What the event did. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "effect": "bound"
                     *     }
                     */
                    "application/json": components["schemas"]["ConnectorEventEffect"];
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            default: components["responses"]["Problem"];
        };
    };
    receiveDataPut: {
        parameters: {
            query?: never;
            header?: {
                /** @description SHA-256 of the whole body, `sha-256=:base64:` (RFC 9530), checked. */
                "Repr-Digest"?: components["parameters"]["ReprDigest"];
            };
            path: {
                /** @description Id of a transfer. */
                transferId: components["parameters"]["TransferId"];
            };
            cookie?: never;
        };
        /** @description The bytes of the input. */
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description The bytes are durable. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "transferId": "tr-01ke",
                     *       "bytes": 1048576,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *     }
                     */
                    "application/json": components["schemas"]["Received"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooMany"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    receiveData: {
        parameters: {
            query?: never;
            header?: {
                /** @description SHA-256 of the whole body, `sha-256=:base64:` (RFC 9530), checked. */
                "Repr-Digest"?: components["parameters"]["ReprDigest"];
            };
            path: {
                /** @description Id of a transfer. */
                transferId: components["parameters"]["TransferId"];
            };
            cookie?: never;
        };
        /** @description The bytes of the input. */
        requestBody: {
            content: {
                "*/*": unknown;
            };
        };
        responses: {
            /** @description The bytes are durable. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "transferId": "tr-01ke",
                     *       "bytes": 1048576,
                     *       "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
                     *     }
                     */
                    "application/json": components["schemas"]["Received"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            410: components["responses"]["Gone"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Unprocessable"];
            429: components["responses"]["TooMany"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    getDeletionReport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The unguessable part of the address. */
                token: components["parameters"]["Token"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The signed report. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /** @example eyJhbGciOiJFZERTQSJ9.e30.c2ln */
                    "application/jose": string;
                };
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    getJwks: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The key set. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "keys": [
                     *         {
                     *           "kty": "OKP",
                     *           "crv": "Ed25519",
                     *           "kid": "1",
                     *           "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                     *           "alg": "EdDSA",
                     *           "use": "sig"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["KeySet"];
                };
            };
            400: components["responses"]["BadRequest"];
            default: components["responses"]["Problem"];
        };
    };
}
export interface operationSecurity {
    getAccess: "accessToken";
    getWorkspace: "accessToken";
    endWorkspace: "accessToken";
    listServices: "accessToken";
    getService: "accessToken";
    issueCredentials: "accessToken";
    refreshToken: never;
    listInputs: "accessToken";
    getInput: "accessToken";
    putInput: "accessToken";
    deleteInput: "accessToken";
    headInput: "accessToken";
    completeInput: "accessToken";
    listTransfers: "accessToken";
    createTransfer: "accessToken";
    getTransfer: "accessToken";
    cancelTransfer: "accessToken";
    listJobs: "accessToken";
    submitJob: "accessToken";
    getJob: "accessToken";
    cancelJob: "accessToken";
    getJobLogs: "accessToken";
    listOutputs: "accessToken";
    getOutput: "accessToken";
    getManifest: "accessToken";
    listEvents: "accessToken";
    listSubscriptions: "accessToken";
    createSubscription: "accessToken";
    getSubscription: "accessToken";
    deleteSubscription: "accessToken";
    updateSubscription: "accessToken";
    listDeliveries: "accessToken";
    redeliver: "accessToken";
    testSubscription: "accessToken";
    rotateSubscriptionSecret: "accessToken";
    recoverSubscription: "accessToken";
    receiveTransferEvent: never;
    receiveDataPut: "sinkToken";
    receiveData: "sinkToken";
    getDeletionReport: never;
    getJwks: never;
}
