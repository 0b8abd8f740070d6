/** Made from openapi/management.yaml by `npm run generate`. */

export interface paths {
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process alive
         * @description Alive while the background loop beats.
         */
        get: operations["getLiveness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Is the process ready
         * @description Fails only for the database. Store and cluster are fields of the body and metrics.
         */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read the metrics
         * @description Prometheus text format.
         */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
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
         * List the compute services
         * @description Newest first, each in its newest version.
         */
        get: operations["listServices"];
        put?: never;
        /**
         * Add a compute service
         * @description The first version of a new service.
         */
        post: operations["createService"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/services/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import an old asset
         * @description The predecessor's asset JSON, unchanged. What could not be taken over is named in `warnings`.
         */
        post: operations["importService"];
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
         * @description The newest version, or another one.
         */
        get: operations["getService"];
        /**
         * Replace a compute service
         * @description Changed content is a new version; the same content changes nothing. Older versions stay usable.
         */
        put: operations["replaceService"];
        post?: never;
        /**
         * Remove a compute service
         * @description An unused service is removed; a used one is retired, no new job can use it.
         */
        delete: operations["deleteService"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/services/{serviceId}/versions": {
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
         * List the versions of a service
         * @description Newest first.
         */
        get: operations["listServiceVersions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/services/{serviceId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a compute service. */
                serviceId: components["parameters"]["ServiceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause a compute service
         * @description Jobs of the service wait until it is resumed; running ones go on.
         */
        post: operations["pauseService"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/services/{serviceId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a compute service. */
                serviceId: components["parameters"]["ServiceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a compute service
         * @description Waiting jobs go on.
         */
        post: operations["resumeService"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/control-planes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the control planes
         * @description Newest first, without secrets.
         */
        get: operations["listControlPlanes"];
        put?: never;
        /**
         * Add a control plane
         * @description A connector that may drive this service. Secrets are kept encrypted and not shown again.
         */
        post: operations["createControlPlane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/control-planes/{controlPlaneId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        /**
         * Show a control plane
         * @description Without secrets.
         */
        get: operations["getControlPlane"];
        /**
         * Replace a control plane
         * @description A secret that is left out stays as it is.
         */
        put: operations["replaceControlPlane"];
        post?: never;
        /**
         * Remove a control plane
         * @description Refused while it has living data flows.
         */
        delete: operations["deleteControlPlane"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/control-planes/{controlPlaneId}/test": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Test a control plane
         * @description Tries the configured addresses and credentials and says what works.
         */
        post: operations["testControlPlane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/control-planes/{controlPlaneId}/unregister": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take back our registration at a control plane
         * @description Removes our entry from the connector's data planes. It stays away until the control plane is changed or the service
         *     starts again; `register: false` keeps it away. Refused while data flows live: the connector would end its own side,
         *     and tell nobody.
         */
        post: operations["unregisterDataPlane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/control-planes/{controlPlaneId}/connect": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Register at a control plane and check the round trip
         * @description Registers this service as data plane, also where the control plane does not say `register`, and looks at each step: addresses, key, version, registration, whether the connector calls back, participant. An entry with another address is never taken over. Takes some seconds; asked again it changes nothing that is right.
         */
        post: operations["connectControlPlane"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/control-planes/{controlPlaneId}/exchanges": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        /**
         * List the last messages with a control plane
         * @description Both ways, newest first: what it asked on the connector listener, and what it was asked and told. Secrets, queries and texts that are not JSON are replaced. The newest 200 of the last 7 days are kept, and appear within about a second; of requests that look (GET) and concern no transfer process only the newest with the same path and status. Requests that no credential could attribute are not among them.
         */
        get: operations["listExchanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the workspaces
         * @description Newest first.
         */
        get: operations["listWorkspaces"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        /**
         * Show a workspace
         * @description State, limits, use and store.
         */
        get: operations["getWorkspace"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend a workspace
         * @description Access is refused until it is resumed. Running jobs go on as their service says.
         */
        post: operations["suspendWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume a workspace
         * @description Takes back the suspension by the operator.
         */
        post: operations["resumeWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/close": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Close a workspace
         * @description Ends the workspace, whatever its flows say. This cannot be undone once the data are deleted.
         */
        post: operations["closeWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workspaces/{workspaceId}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reopen a workspace
         * @description Lets the consumer read a retained workspace again by the consumer API, and keeps its data for another week at least. No store credentials are issued.
         */
        post: operations["reopenWorkspace"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/flows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the data flows
         * @description Newest first.
         */
        get: operations["listFlows"];
        put?: never;
        post?: never;
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
         * @description Of all workspaces, newest first.
         */
        get: operations["listJobs"];
        put?: never;
        post?: never;
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
         * @description The worker gets its grace time. Cancelling a job that has ended changes nothing.
         */
        post: operations["cancelJob"];
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
         * @description Of all workspaces, newest first.
         */
        get: operations["listTransfers"];
        put?: never;
        post?: never;
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
         * @description State, bytes and failure. Addresses and secrets are not shown.
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
    "/v1/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deliveries
         * @description To subscriptions, control planes and receivers of access documents, newest first.
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
    "/v1/deliveries/{deliveryId}/redeliver": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a delivery. */
                deliveryId: components["parameters"]["DeliveryId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deliver again
         * @description The same message with the same id is sent again as soon as possible.
         */
        post: operations["redeliver"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/parked": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the parked work
         * @description Background work that failed so often that it waits for a person.
         */
        get: operations["listParked"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/parked/{parkedId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the parked work. */
                parkedId: components["parameters"]["ParkedId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Let parked work run again
         * @description It is tried as soon as possible, with a fresh count of attempts.
         */
        post: operations["retryParked"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/reports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List the deletion reports
         * @description Newest first.
         */
        get: operations["listReports"];
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
        ServiceId: string;
        InputName: string;
        /** Format: date-time */
        Time: string;
        /** Format: date-time */
        NullableTime: string | null;
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
            controlPlaneId: string | null;
            participantContextId: string;
            /** @description Whether closing takes longer than it should. */
            overdue: boolean;
        };
        Transfer: {
            id: components["schemas"]["TransferId"];
            workspaceId: components["schemas"]["WorkspaceId"];
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
            workspaceId: components["schemas"]["WorkspaceId"];
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
        ControlPlaneId: string;
        /** @enum {string} */
        ServiceState: "ACTIVE" | "PAUSED" | "RETIRED";
        /** @enum {string} */
        DataFlowState: "INITIALIZED" | "PREPARING" | "PREPARED" | "STARTING" | "STARTED" | "SUSPENDED" | "COMPLETED" | "TERMINATED";
        /** @enum {string} */
        Lane: "subscription" | "control-plane" | "access-document";
        /** @enum {string} */
        ParkedKind: "workspace" | "flow" | "transfer" | "job" | "delivery";
        /** @enum {string} */
        ManagedBy: "api" | "file";
        AbsolutePath: string;
        Quantity: string;
        Liveness: {
            /** @enum {string} */
            status: "up" | "down";
            lastPassAt?: components["schemas"]["NullableTime"];
        };
        Readiness: {
            /** @enum {string} */
            status: "up" | "down";
            /** @enum {string} */
            database: "up" | "down";
            /** @enum {string} */
            store: "up" | "down" | "unknown";
            /** @enum {string} */
            compute: "up" | "down" | "unknown";
        };
        Worker: {
            image?: string;
            /** @description Replaces the image's ENTRYPOINT. */
            command?: string[];
            /** @description Replaces the image's CMD. */
            args?: string[];
            env?: {
                [key: string]: string;
            };
            /** @description Secrets of the job namespace, `name/key`. */
            secretEnv?: {
                [key: string]: string;
            };
            /** @default image */
            user: string;
        };
        VariableName: string;
        DefinedInput: {
            name: components["schemas"]["InputName"];
            /** @enum {string} */
            kind: "file" | "archive" | "directory" | "environment";
            mountPath?: components["schemas"]["AbsolutePath"];
            /** @default true */
            required: boolean;
            maxBytes?: number | null;
            title?: string;
            description?: string;
        };
        DefinedOutput: {
            name: components["schemas"]["InputName"];
            /** @enum {string} */
            kind: "file" | "archive" | "directory";
            /** @default true */
            required: boolean;
            title?: string;
            description?: string;
        };
        Resources: {
            cpu?: components["schemas"]["Quantity"];
            memory?: components["schemas"]["Quantity"];
            ephemeralStorage?: components["schemas"]["Quantity"];
            sharedMemory?: components["schemas"]["Quantity"];
            gpu?: {
                resource: string;
                count: number;
            };
            profile?: string;
        };
        ServiceLimits: {
            inputSeconds?: components["schemas"]["Seconds"];
            queueSeconds?: components["schemas"]["Seconds"];
            stageSeconds?: components["schemas"]["Seconds"];
            runSeconds?: components["schemas"]["Seconds"];
            collectSeconds?: components["schemas"]["Seconds"];
            graceSeconds?: components["schemas"]["Seconds"];
            workspaceSeconds?: components["schemas"]["Seconds"];
            attempts?: number;
            retryExitCodes?: number[];
            concurrentJobs?: number;
            storageBytes?: number;
            logBytes?: number;
        };
        Seconds: number;
        EgressRule: {
            cidr: string;
            ports?: number[];
        };
        ServiceDefinition: {
            id: components["schemas"]["ServiceId"];
            title: string;
            description?: string | null;
            /** @description Catalogue datasets that grant this service; `*` for all. */
            datasets?: string[];
            worker: components["schemas"]["Worker"];
            inputs?: components["schemas"]["DefinedInput"][];
            outputs?: components["schemas"]["DefinedOutput"][];
            /** @description Where the worker writes; null without outputs. */
            outputDirectory?: string | null;
            /** @description A JSON Schema (2020-12) of the parameters. */
            parameters?: {
                [key: string]: unknown;
            };
            resources?: components["schemas"]["Resources"];
            limits?: components["schemas"]["ServiceLimits"];
            /**
             * @default continue
             * @enum {string}
             */
            onSuspend: "continue" | "cancel";
            egress?: components["schemas"]["EgressRule"][];
        };
        Service: {
            id: components["schemas"]["ServiceId"];
            version: number;
            state: components["schemas"]["ServiceState"];
            managedBy: components["schemas"]["ManagedBy"];
            createdAt: components["schemas"]["Time"];
            updatedAt: components["schemas"]["Time"];
            title: string;
            description?: string | null;
            datasets: string[];
            worker: components["schemas"]["Worker"];
            inputs: components["schemas"]["DefinedInput"][];
            outputs: components["schemas"]["DefinedOutput"][];
            outputDirectory: string | null;
            parameters: {
                [key: string]: unknown;
            };
            resources: components["schemas"]["Resources"];
            limits: components["schemas"]["ServiceLimits"];
            /** @enum {string} */
            onSuspend: "continue" | "cancel";
            egress: components["schemas"]["EgressRule"][];
        };
        ServiceList: {
            items: components["schemas"]["Service"][];
            next: components["schemas"]["Next"];
        };
        /** @description An asset as the predecessor keeps it. */
        OldAsset: {
            [key: string]: unknown;
        };
        ImportedService: {
            service: components["schemas"]["Service"];
            warnings: string[];
        };
        /** Format: uri */
        Url: string;
        Secret: string;
        InboundDefinition: {
            /** @constant */
            type: "none";
        } | {
            /** @constant */
            type: "api-key";
            key?: components["schemas"]["Secret"];
        } | {
            /** @constant */
            type: "path-secret";
            secret?: string;
        } | {
            /** @constant */
            type: "oauth2";
            issuer: string;
            audience: string;
            /** @description The `sub` of its tokens; without it, any of this issuer. */
            subject?: string;
            /** @description Where the issuer's keys are; either this or `jwks` is needed. */
            jwksUri?: components["schemas"]["Url"];
            /** @description The issuer's keys themselves (RFC 7517), the public ones alone. */
            jwks?: {
                [key: string]: unknown;
            };
        };
        CallbacksDefinition: {
            url: components["schemas"]["Url"];
            /** @constant */
            type: "none";
        } | {
            url: components["schemas"]["Url"];
            /** @constant */
            type: "api-key";
            key?: components["schemas"]["Secret"];
        } | {
            url: components["schemas"]["Url"];
            /** @constant */
            type: "oauth2";
            tokenEndpoint: components["schemas"]["Url"];
            clientId: string;
            clientSecret?: components["schemas"]["Secret"];
        };
        /** @enum {string} */
        Protocol: "dps" | "edc-signaling" | "provisioner";
        ControlPlaneDefinition: {
            id: components["schemas"]["ControlPlaneId"];
            protocol: components["schemas"]["Protocol"];
            /** @description The id by default. */
            participantContextId?: string;
            inbound: components["schemas"]["InboundDefinition"];
            callbacks?: components["schemas"]["CallbacksDefinition"];
            /** @description The connector's management API. */
            management?: {
                url: components["schemas"]["Url"];
                key?: components["schemas"]["Secret"];
            };
            /**
             * @description Register ourselves as data plane at start.
             * @default false
             */
            register: boolean;
            /** @description Renews addresses whose data plane demands a signed token. */
            identity?: {
                did: string;
                /** @description The private key as JWK text or PEM. */
                key?: string;
            };
            /** @default 0 */
            startDelayMs: number;
        };
        ControlPlane: {
            id: components["schemas"]["ControlPlaneId"];
            protocol: components["schemas"]["Protocol"];
            participantContextId: string;
            inbound: {
                /** @enum {string} */
                type: "none" | "api-key" | "path-secret" | "oauth2";
                issuer?: string;
                audience?: string;
                subject?: string;
                jwksUri?: string;
                jwks?: {
                    [key: string]: unknown;
                };
            };
            callbacks: {
                url: string;
                /** @enum {string} */
                type: "none" | "api-key" | "oauth2";
                tokenEndpoint?: string;
                clientId?: string;
            } | null;
            management: {
                url: string;
            } | null;
            register: boolean;
            identity: {
                did: string;
            } | null;
            startDelayMs: number;
            /** @description Where its connector may post its events (EDC: `edc.callback.NAME.uri`), as hints. Holds a secret of ours. */
            eventsUrl: string;
            managedBy: components["schemas"]["ManagedBy"];
            /** @description When the connector last confirmed that we are its data plane; null where nothing is registered. */
            registeredAt: components["schemas"]["NullableTime"];
            /** @description Why the last try to register failed, and what to do. */
            registrationProblem: string | null;
            lastMessageAt: components["schemas"]["NullableTime"];
            createdAt: components["schemas"]["Time"];
            updatedAt: components["schemas"]["Time"];
        };
        ControlPlaneList: {
            items: components["schemas"]["ControlPlane"][];
            next: components["schemas"]["Next"];
        };
        ControlPlaneTest: {
            ok: boolean;
            checks: {
                name: string;
                ok: boolean;
                detail: string;
                durationMs: number;
            }[];
        };
        WorkspaceList: {
            items: components["schemas"]["Workspace"][];
            next: components["schemas"]["Next"];
        };
        Flow: {
            id: string;
            controlPlaneId: components["schemas"]["ControlPlaneId"];
            processId: string;
            /** @enum {string} */
            side: "provider" | "consumer";
            /** @enum {string} */
            direction: "pull" | "push";
            transferType: string;
            state: components["schemas"]["DataFlowState"];
            agreementId: string;
            datasetId: string | null;
            counterPartyId: string | null;
            workspaceId: string | null;
            transferId: string | null;
            /**
             * @description Why it was terminated, when not by its control plane: `deadline`, `delivered` (its transfer failed),
             *     `forgotten` (the connector does not know its transfer process any more), or the `endCause` of its workspace.
             */
            error: string | null;
            createdAt: components["schemas"]["Time"];
            updatedAt: components["schemas"]["Time"];
            endedAt: components["schemas"]["NullableTime"];
        };
        FlowList: {
            items: components["schemas"]["Flow"][];
            next: components["schemas"]["Next"];
        };
        JobList: {
            items: components["schemas"]["Job"][];
            next: components["schemas"]["Next"];
        };
        TransferList: {
            items: components["schemas"]["Transfer"][];
            next: components["schemas"]["Next"];
        };
        ControlPlaneConnection: {
            /** @description No check has failed. */
            ok: boolean;
            checks: {
                name: string;
                /**
                 * @description `warn`: it cannot be told, or may be meant so.
                 * @enum {string}
                 */
                result: "ok" | "warn" | "fail";
                detail: string;
                /** @description What to do. */
                remedy: string | null;
                /** @description Of the step that it belongs to. */
                durationMs: number;
            }[];
        };
        Exchange: {
            id: string;
            at: components["schemas"]["Time"];
            /**
             * @description `in`: it asked us. `out`: we asked it.
             * @enum {string}
             */
            direction: "in" | "out";
            method: string;
            /** @description Without query. Secrets are replaced by an ellipsis. */
            path: string;
            /** @description Null: no answer. */
            status: number | null;
            durationMs: number;
            /** @description The transfer process that it is about. */
            processId: string | null;
            /** @description JSON, redacted and at most 4 KiB; null: none. */
            request: unknown;
            /** @description JSON, redacted and at most 4 KiB; null: none. */
            response: unknown;
        };
        ExchangeList: {
            items: components["schemas"]["Exchange"][];
            next: components["schemas"]["Next"];
        };
        Delivery: {
            id: components["schemas"]["DeliveryId"];
            lane: components["schemas"]["Lane"];
            workspaceId: string | null;
            subscriptionId: string | null;
            controlPlaneId: string | null;
            /** @description The origin of the address only. */
            target: string;
            eventId: string | null;
            /** @description Type of the event, or which callback. */
            type: string;
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
        Parked: {
            id: string;
            kind: components["schemas"]["ParkedKind"];
            subject: string;
            workspaceId: string | null;
            reason: string;
            attempts: number;
            parkedAt: components["schemas"]["Time"];
        };
        ParkedList: {
            items: components["schemas"]["Parked"][];
            next: components["schemas"]["Next"];
        };
        Report: {
            workspaceId: components["schemas"]["WorkspaceId"];
            agreementId: string;
            participantContextId: string;
            endCause: string | null;
            endedAt: components["schemas"]["NullableTime"];
            deletedAt: components["schemas"]["Time"];
            objects: number;
            bytes: number;
            url: string;
        };
        ReportList: {
            items: components["schemas"]["Report"][];
            next: components["schemas"]["Next"];
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
        /** @description Not available right now; try again later. */
        Unavailable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:connector-unavailable",
                 *       "title": "The connector is not available",
                 *       "status": 503,
                 *       "code": "connector-unavailable",
                 *       "detail": "The connector is not available.",
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
        /** @description Id of a control plane. */
        ControlPlaneId: components["schemas"]["ControlPlaneId"];
        /** @description Id of a workspace. */
        WorkspaceId: components["schemas"]["WorkspaceId"];
        /** @description Id of a job. */
        JobId: components["schemas"]["JobId"];
        /** @description Id of a transfer. */
        TransferId: components["schemas"]["TransferId"];
        /** @description Id of a delivery. */
        DeliveryId: components["schemas"]["DeliveryId"];
        /** @description Id of the parked work. */
        ParkedId: string;
    };
    requestBodies: never;
    headers: {
        /** @description The id of this request, also in problem documents and in our log. */
        RequestId: string;
        /** @description Where it is. */
        Location: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getLiveness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yes. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description No. */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Liveness"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Yes. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            400: components["responses"]["BadRequest"];
            /** @description No. */
            503: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            default: components["responses"]["Problem"];
        };
    };
    getMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The metrics. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
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
                /** @description Only services in these states. */
                state?: components["schemas"]["ServiceState"][];
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
                     *           "state": "ACTIVE",
                     *           "managedBy": "api",
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "updatedAt": "2026-11-24T09:00:00.000Z",
                     *           "title": "Summary statistics and plots of a table",
                     *           "datasets": [
                     *             "compute-table-summary"
                     *           ],
                     *           "worker": {
                     *             "image": "registry.example.com/table-summary:1.4",
                     *             "command": [
                     *               "python",
                     *               "main.py"
                     *             ],
                     *             "args": [],
                     *             "env": {},
                     *             "user": "image"
                     *           },
                     *           "inputs": [
                     *             {
                     *               "name": "table.csv",
                     *               "kind": "file",
                     *               "mountPath": "/work/in",
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
                     *           "outputDirectory": "/work/out",
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
                     *           },
                     *           "onSuspend": "continue",
                     *           "egress": []
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
            default: components["responses"]["Problem"];
        };
    };
    createService: {
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
                 *       "id": "table-summary",
                 *       "title": "Summary statistics and plots of a table",
                 *       "datasets": [
                 *         "compute-table-summary"
                 *       ],
                 *       "worker": {
                 *         "image": "registry.example.com/table-summary:1.4",
                 *         "command": [
                 *           "python",
                 *           "main.py"
                 *         ]
                 *       },
                 *       "inputs": [
                 *         {
                 *           "name": "table.csv",
                 *           "kind": "file",
                 *           "mountPath": "/work/in",
                 *           "required": true
                 *         }
                 *       ],
                 *       "outputs": [
                 *         {
                 *           "name": "report",
                 *           "kind": "directory",
                 *           "required": true
                 *         }
                 *       ],
                 *       "outputDirectory": "/work/out",
                 *       "resources": {
                 *         "cpu": "2",
                 *         "memory": "4Gi"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ServiceDefinition"];
            };
        };
        responses: {
            /** @description The service was made. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "table-summary",
                     *       "version": 3,
                     *       "state": "ACTIVE",
                     *       "managedBy": "api",
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z",
                     *       "title": "Summary statistics and plots of a table",
                     *       "datasets": [
                     *         "compute-table-summary"
                     *       ],
                     *       "worker": {
                     *         "image": "registry.example.com/table-summary:1.4",
                     *         "command": [
                     *           "python",
                     *           "main.py"
                     *         ],
                     *         "args": [],
                     *         "env": {},
                     *         "user": "image"
                     *       },
                     *       "inputs": [
                     *         {
                     *           "name": "table.csv",
                     *           "kind": "file",
                     *           "mountPath": "/work/in",
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
                     *       "outputDirectory": "/work/out",
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
                     *       },
                     *       "onSuspend": "continue",
                     *       "egress": []
                     *     }
                     */
                    "application/json": components["schemas"]["Service"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            default: components["responses"]["Problem"];
        };
    };
    importService: {
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
                 *       "service_id": "table-summary",
                 *       "inputs": [],
                 *       "outputs": [],
                 *       "workflow_resource": {
                 *         "worker_image": "registry.example.com/table-summary:1.4"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["OldAsset"];
            };
        };
        responses: {
            /** @description The service was made. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "service": {
                     *         "id": "table-summary",
                     *         "version": 3,
                     *         "state": "ACTIVE",
                     *         "managedBy": "api",
                     *         "createdAt": "2026-11-24T09:00:00.000Z",
                     *         "updatedAt": "2026-11-24T09:00:00.000Z",
                     *         "title": "Summary statistics and plots of a table",
                     *         "datasets": [
                     *           "compute-table-summary"
                     *         ],
                     *         "worker": {
                     *           "image": "registry.example.com/table-summary:1.4",
                     *           "command": [
                     *             "python",
                     *             "main.py"
                     *           ],
                     *           "args": [],
                     *           "env": {},
                     *           "user": "image"
                     *         },
                     *         "inputs": [
                     *           {
                     *             "name": "table.csv",
                     *             "kind": "file",
                     *             "mountPath": "/work/in",
                     *             "required": true,
                     *             "maxBytes": 10737418240
                     *           }
                     *         ],
                     *         "outputs": [
                     *           {
                     *             "name": "report",
                     *             "kind": "directory",
                     *             "required": true
                     *           }
                     *         ],
                     *         "outputDirectory": "/work/out",
                     *         "parameters": {
                     *           "type": "object",
                     *           "properties": {
                     *             "TITLE": {
                     *               "type": "string"
                     *             }
                     *           }
                     *         },
                     *         "resources": {
                     *           "cpu": "2",
                     *           "memory": "4Gi"
                     *         },
                     *         "limits": {
                     *           "runSeconds": 86400,
                     *           "attempts": 3
                     *         },
                     *         "onSuspend": "continue",
                     *         "egress": []
                     *       },
                     *       "warnings": []
                     *     }
                     */
                    "application/json": components["schemas"]["ImportedService"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
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
            /** @description The service. */
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
                     *       "state": "ACTIVE",
                     *       "managedBy": "api",
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z",
                     *       "title": "Summary statistics and plots of a table",
                     *       "datasets": [
                     *         "compute-table-summary"
                     *       ],
                     *       "worker": {
                     *         "image": "registry.example.com/table-summary:1.4",
                     *         "command": [
                     *           "python",
                     *           "main.py"
                     *         ],
                     *         "args": [],
                     *         "env": {},
                     *         "user": "image"
                     *       },
                     *       "inputs": [
                     *         {
                     *           "name": "table.csv",
                     *           "kind": "file",
                     *           "mountPath": "/work/in",
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
                     *       "outputDirectory": "/work/out",
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
                     *       },
                     *       "onSuspend": "continue",
                     *       "egress": []
                     *     }
                     */
                    "application/json": components["schemas"]["Service"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    replaceService: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a compute service. */
                serviceId: components["parameters"]["ServiceId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "table-summary",
                 *       "title": "Summary statistics and plots of a table",
                 *       "datasets": [
                 *         "compute-table-summary"
                 *       ],
                 *       "worker": {
                 *         "image": "registry.example.com/table-summary:1.4",
                 *         "command": [
                 *           "python",
                 *           "main.py"
                 *         ]
                 *       },
                 *       "inputs": [
                 *         {
                 *           "name": "table.csv",
                 *           "kind": "file",
                 *           "mountPath": "/work/in",
                 *           "required": true
                 *         }
                 *       ],
                 *       "outputs": [
                 *         {
                 *           "name": "report",
                 *           "kind": "directory",
                 *           "required": true
                 *         }
                 *       ],
                 *       "outputDirectory": "/work/out",
                 *       "resources": {
                 *         "cpu": "2",
                 *         "memory": "4Gi"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ServiceDefinition"];
            };
        };
        responses: {
            /** @description The newest version. */
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
                     *       "state": "ACTIVE",
                     *       "managedBy": "api",
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z",
                     *       "title": "Summary statistics and plots of a table",
                     *       "datasets": [
                     *         "compute-table-summary"
                     *       ],
                     *       "worker": {
                     *         "image": "registry.example.com/table-summary:1.4",
                     *         "command": [
                     *           "python",
                     *           "main.py"
                     *         ],
                     *         "args": [],
                     *         "env": {},
                     *         "user": "image"
                     *       },
                     *       "inputs": [
                     *         {
                     *           "name": "table.csv",
                     *           "kind": "file",
                     *           "mountPath": "/work/in",
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
                     *       "outputDirectory": "/work/out",
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
                     *       },
                     *       "onSuspend": "continue",
                     *       "egress": []
                     *     }
                     */
                    "application/json": components["schemas"]["Service"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            default: components["responses"]["Problem"];
        };
    };
    deleteService: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a compute service. */
                serviceId: components["parameters"]["ServiceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service is retired. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Service"];
                };
            };
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
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    listServiceVersions: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
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
            /** @description One page of versions. */
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
                     *           "state": "ACTIVE",
                     *           "managedBy": "api",
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "updatedAt": "2026-11-24T09:00:00.000Z",
                     *           "title": "Summary statistics and plots of a table",
                     *           "datasets": [
                     *             "compute-table-summary"
                     *           ],
                     *           "worker": {
                     *             "image": "registry.example.com/table-summary:1.4",
                     *             "command": [
                     *               "python",
                     *               "main.py"
                     *             ],
                     *             "args": [],
                     *             "env": {},
                     *             "user": "image"
                     *           },
                     *           "inputs": [
                     *             {
                     *               "name": "table.csv",
                     *               "kind": "file",
                     *               "mountPath": "/work/in",
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
                     *           "outputDirectory": "/work/out",
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
                     *           },
                     *           "onSuspend": "continue",
                     *           "egress": []
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
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    pauseService: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a compute service. */
                serviceId: components["parameters"]["ServiceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service. */
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
                     *       "state": "ACTIVE",
                     *       "managedBy": "api",
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z",
                     *       "title": "Summary statistics and plots of a table",
                     *       "datasets": [
                     *         "compute-table-summary"
                     *       ],
                     *       "worker": {
                     *         "image": "registry.example.com/table-summary:1.4",
                     *         "command": [
                     *           "python",
                     *           "main.py"
                     *         ],
                     *         "args": [],
                     *         "env": {},
                     *         "user": "image"
                     *       },
                     *       "inputs": [
                     *         {
                     *           "name": "table.csv",
                     *           "kind": "file",
                     *           "mountPath": "/work/in",
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
                     *       "outputDirectory": "/work/out",
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
                     *       },
                     *       "onSuspend": "continue",
                     *       "egress": []
                     *     }
                     */
                    "application/json": components["schemas"]["Service"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    resumeService: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a compute service. */
                serviceId: components["parameters"]["ServiceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The service. */
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
                     *       "state": "ACTIVE",
                     *       "managedBy": "api",
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z",
                     *       "title": "Summary statistics and plots of a table",
                     *       "datasets": [
                     *         "compute-table-summary"
                     *       ],
                     *       "worker": {
                     *         "image": "registry.example.com/table-summary:1.4",
                     *         "command": [
                     *           "python",
                     *           "main.py"
                     *         ],
                     *         "args": [],
                     *         "env": {},
                     *         "user": "image"
                     *       },
                     *       "inputs": [
                     *         {
                     *           "name": "table.csv",
                     *           "kind": "file",
                     *           "mountPath": "/work/in",
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
                     *       "outputDirectory": "/work/out",
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
                     *       },
                     *       "onSuspend": "continue",
                     *       "egress": []
                     *     }
                     */
                    "application/json": components["schemas"]["Service"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    listControlPlanes: {
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
            /** @description One page of control planes. */
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
                     *           "id": "provider-edc",
                     *           "protocol": "dps",
                     *           "participantContextId": "provider",
                     *           "inbound": {
                     *             "type": "api-key"
                     *           },
                     *           "callbacks": {
                     *             "url": "http://connector:9191/api/control",
                     *             "type": "none"
                     *           },
                     *           "management": {
                     *             "url": "http://connector:8181/management/v3"
                     *           },
                     *           "register": true,
                     *           "identity": null,
                     *           "startDelayMs": 0,
                     *           "eventsUrl": "http://compute:8081/events/v1/edc/dsev_0b9f…",
                     *           "managedBy": "api",
                     *           "registeredAt": null,
                     *           "registrationProblem": null,
                     *           "lastMessageAt": null,
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "updatedAt": "2026-11-24T09:00:00.000Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ControlPlaneList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            default: components["responses"]["Problem"];
        };
    };
    createControlPlane: {
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
                 *       "id": "provider-edc",
                 *       "protocol": "dps",
                 *       "participantContextId": "provider",
                 *       "inbound": {
                 *         "type": "api-key",
                 *         "key": "example"
                 *       },
                 *       "callbacks": {
                 *         "url": "http://connector:9191/api/control",
                 *         "type": "none"
                 *       },
                 *       "register": false
                 *     }
                 */
                "application/json": components["schemas"]["ControlPlaneDefinition"];
            };
        };
        responses: {
            /** @description The control plane was made. */
            201: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    Location: components["headers"]["Location"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "provider-edc",
                     *       "protocol": "dps",
                     *       "participantContextId": "provider",
                     *       "inbound": {
                     *         "type": "api-key"
                     *       },
                     *       "callbacks": {
                     *         "url": "http://connector:9191/api/control",
                     *         "type": "none"
                     *       },
                     *       "management": {
                     *         "url": "http://connector:8181/management/v3"
                     *       },
                     *       "register": true,
                     *       "identity": null,
                     *       "startDelayMs": 0,
                     *       "eventsUrl": "http://compute:8081/events/v1/edc/dsev_0b9f…",
                     *       "managedBy": "api",
                     *       "registeredAt": null,
                     *       "registrationProblem": null,
                     *       "lastMessageAt": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ControlPlane"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            default: components["responses"]["Problem"];
        };
    };
    getControlPlane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The control plane. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "provider-edc",
                     *       "protocol": "dps",
                     *       "participantContextId": "provider",
                     *       "inbound": {
                     *         "type": "api-key"
                     *       },
                     *       "callbacks": {
                     *         "url": "http://connector:9191/api/control",
                     *         "type": "none"
                     *       },
                     *       "management": {
                     *         "url": "http://connector:8181/management/v3"
                     *       },
                     *       "register": true,
                     *       "identity": null,
                     *       "startDelayMs": 0,
                     *       "eventsUrl": "http://compute:8081/events/v1/edc/dsev_0b9f…",
                     *       "managedBy": "api",
                     *       "registeredAt": null,
                     *       "registrationProblem": null,
                     *       "lastMessageAt": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ControlPlane"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    replaceControlPlane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "provider-edc",
                 *       "protocol": "dps",
                 *       "participantContextId": "provider",
                 *       "inbound": {
                 *         "type": "api-key",
                 *         "key": "example"
                 *       },
                 *       "callbacks": {
                 *         "url": "http://connector:9191/api/control",
                 *         "type": "none"
                 *       },
                 *       "register": false
                 *     }
                 */
                "application/json": components["schemas"]["ControlPlaneDefinition"];
            };
        };
        responses: {
            /** @description The control plane. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "provider-edc",
                     *       "protocol": "dps",
                     *       "participantContextId": "provider",
                     *       "inbound": {
                     *         "type": "api-key"
                     *       },
                     *       "callbacks": {
                     *         "url": "http://connector:9191/api/control",
                     *         "type": "none"
                     *       },
                     *       "management": {
                     *         "url": "http://connector:8181/management/v3"
                     *       },
                     *       "register": true,
                     *       "identity": null,
                     *       "startDelayMs": 0,
                     *       "eventsUrl": "http://compute:8081/events/v1/edc/dsev_0b9f…",
                     *       "managedBy": "api",
                     *       "registeredAt": null,
                     *       "registrationProblem": null,
                     *       "lastMessageAt": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ControlPlane"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            default: components["responses"]["Problem"];
        };
    };
    deleteControlPlane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
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
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    testControlPlane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was tried. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": false,
                     *       "checks": [
                     *         {
                     *           "name": "callbacks",
                     *           "ok": false,
                     *           "detail": "connection refused",
                     *           "durationMs": 3
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ControlPlaneTest"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    unregisterDataPlane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Nothing is registered there any more. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "provider-edc",
                     *       "protocol": "edc-signaling",
                     *       "participantContextId": "provider",
                     *       "inbound": {
                     *         "type": "path-secret"
                     *       },
                     *       "callbacks": {
                     *         "url": "http://connector:9191/api/control",
                     *         "type": "none"
                     *       },
                     *       "management": null,
                     *       "register": true,
                     *       "identity": null,
                     *       "startDelayMs": 0,
                     *       "eventsUrl": "http://compute:8081/events/v1/edc/dsev_0b9f…",
                     *       "managedBy": "api",
                     *       "registeredAt": null,
                     *       "registrationProblem": null,
                     *       "lastMessageAt": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "updatedAt": "2026-11-24T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ControlPlane"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            503: components["responses"]["Unavailable"];
            default: components["responses"]["Problem"];
        };
    };
    connectControlPlane: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What was found. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "ok": false,
                     *       "checks": [
                     *         {
                     *           "name": "management key",
                     *           "result": "fail",
                     *           "detail": "refused with 401",
                     *           "remedy": "Give the key that the connector has in management.key.",
                     *           "durationMs": 12
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["ControlPlaneConnection"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    listExchanges: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only messages about this transfer process. */
                processId?: string;
            };
            header?: never;
            path: {
                /** @description Id of a control plane. */
                controlPlaneId: components["parameters"]["ControlPlaneId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of messages. */
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
                     *           "id": "ex-01kb",
                     *           "at": "2026-11-24T09:00:00.000Z",
                     *           "direction": "out",
                     *           "method": "POST",
                     *           "path": "/api/control/transfers/p1/dataflow/completed",
                     *           "status": 200,
                     *           "durationMs": 12,
                     *           "processId": "p1",
                     *           "request": {
                     *             "messageId": "m1",
                     *             "dataFlowId": "p1",
                     *             "state": "COMPLETED"
                     *           },
                     *           "response": null
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ExchangeList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    listWorkspaces: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only workspaces in these states. */
                state?: components["schemas"]["WorkspaceState"][];
                /** @description Only workspaces of this agreement. */
                agreementId?: string;
                /** @description Only workspaces of this consumer. */
                participantId?: string;
                /** @description Only workspaces of this control plane. */
                controlPlaneId?: components["schemas"]["ControlPlaneId"];
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
            /** @description One page of workspaces. */
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
                     *           "id": "ws-01kb",
                     *           "state": "READY",
                     *           "stateReason": null,
                     *           "agreementId": "72cc0d1e",
                     *           "participantId": "did:web:consumer.example.com",
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "expiresAt": "2026-12-24T09:00:00.000Z",
                     *           "endedAt": null,
                     *           "endCause": null,
                     *           "failure": null,
                     *           "services": [
                     *             {
                     *               "id": "table-summary",
                     *               "version": 3
                     *             }
                     *           ],
                     *           "store": {
                     *             "endpoint": "https://s3.example.com",
                     *             "region": "eu",
                     *             "bucket": "dsc-4f1c",
                     *             "forcePathStyle": true,
                     *             "sessions": true
                     *           },
                     *           "limits": {
                     *             "storageBytes": 107374182400,
                     *             "concurrentJobs": 4
                     *           },
                     *           "use": {
                     *             "storageBytes": 188743680,
                     *             "objects": 12,
                     *             "runningJobs": 1,
                     *             "asOf": "2026-11-24T09:00:00.000Z"
                     *           },
                     *           "retentionSeconds": 0,
                     *           "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v",
                     *           "controlPlaneId": "provider-edc",
                     *           "participantContextId": "provider",
                     *           "overdue": false
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["WorkspaceList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            default: components["responses"]["Problem"];
        };
    };
    getWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
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
                     *       "agreementId": "72cc0d1e",
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
                     *         "asOf": "2026-11-24T09:00:00.000Z"
                     *       },
                     *       "retentionSeconds": 0,
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v",
                     *       "controlPlaneId": "provider-edc",
                     *       "participantContextId": "provider",
                     *       "overdue": false
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    suspendWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace as it is now. */
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
                     *       "agreementId": "72cc0d1e",
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
                     *         "asOf": "2026-11-24T09:00:00.000Z"
                     *       },
                     *       "retentionSeconds": 0,
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v",
                     *       "controlPlaneId": "provider-edc",
                     *       "participantContextId": "provider",
                     *       "overdue": false
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    resumeWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace as it is now. */
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
                     *       "agreementId": "72cc0d1e",
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
                     *         "asOf": "2026-11-24T09:00:00.000Z"
                     *       },
                     *       "retentionSeconds": 0,
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v",
                     *       "controlPlaneId": "provider-edc",
                     *       "participantContextId": "provider",
                     *       "overdue": false
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    closeWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace as it is now. */
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
                     *       "agreementId": "72cc0d1e",
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
                     *         "asOf": "2026-11-24T09:00:00.000Z"
                     *       },
                     *       "retentionSeconds": 0,
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v",
                     *       "controlPlaneId": "provider-edc",
                     *       "participantContextId": "provider",
                     *       "overdue": false
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    reopenWorkspace: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a workspace. */
                workspaceId: components["parameters"]["WorkspaceId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The workspace as it is now. */
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
                     *       "agreementId": "72cc0d1e",
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
                     *         "asOf": "2026-11-24T09:00:00.000Z"
                     *       },
                     *       "retentionSeconds": 0,
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/Zm9v",
                     *       "controlPlaneId": "provider-edc",
                     *       "participantContextId": "provider",
                     *       "overdue": false
                     *     }
                     */
                    "application/json": components["schemas"]["Workspace"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    listFlows: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only flows in these states. */
                state?: components["schemas"]["DataFlowState"][];
                /** @description Only flows of this workspace. */
                workspaceId?: components["schemas"]["WorkspaceId"];
                /** @description Only flows of this control plane. */
                controlPlaneId?: components["schemas"]["ControlPlaneId"];
                /** @description Only the flow of this transfer process. */
                processId?: string;
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
            /** @description One page of flows. */
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
                     *           "id": "8fe2a1c4",
                     *           "controlPlaneId": "provider-edc",
                     *           "processId": "8fe2a1c4",
                     *           "side": "provider",
                     *           "direction": "pull",
                     *           "transferType": "HttpData-PULL",
                     *           "state": "STARTED",
                     *           "agreementId": "72cc0d1e",
                     *           "datasetId": "compute-table-summary",
                     *           "counterPartyId": "consumer",
                     *           "workspaceId": "ws-01kb",
                     *           "transferId": null,
                     *           "error": null,
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "updatedAt": "2026-11-24T09:00:00.000Z",
                     *           "endedAt": null
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["FlowList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
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
                /** @description Only jobs of this workspace. */
                workspaceId?: components["schemas"]["WorkspaceId"];
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
                     *           "workspaceId": "ws-01kb",
                     *           "serviceId": "table-summary",
                     *           "version": 3,
                     *           "labels": {},
                     *           "state": "RUNNING",
                     *           "stateReason": null,
                     *           "inputs": {
                     *             "table.csv": {
                     *               "input": "january.csv",
                     *               "bytes": 1048576,
                     *               "sha256": null
                     *             }
                     *           },
                     *           "parameters": {},
                     *           "attempt": 1,
                     *           "maxAttempts": 3,
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "startedAt": "2026-11-24T09:00:00.000Z",
                     *           "endedAt": null,
                     *           "cancelRequestedAt": null,
                     *           "exitCode": null,
                     *           "failure": null,
                     *           "attempts": [],
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
                     *       "workspaceId": "ws-01kb",
                     *       "serviceId": "table-summary",
                     *       "version": 3,
                     *       "labels": {},
                     *       "state": "RUNNING",
                     *       "stateReason": null,
                     *       "inputs": {
                     *         "table.csv": {
                     *           "input": "january.csv",
                     *           "bytes": 1048576,
                     *           "sha256": null
                     *         }
                     *       },
                     *       "parameters": {},
                     *       "attempt": 1,
                     *       "maxAttempts": 3,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": "2026-11-24T09:00:00.000Z",
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "exitCode": null,
                     *       "failure": null,
                     *       "attempts": [],
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
            404: components["responses"]["NotFound"];
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
                     *       "workspaceId": "ws-01kb",
                     *       "serviceId": "table-summary",
                     *       "version": 3,
                     *       "labels": {},
                     *       "state": "RUNNING",
                     *       "stateReason": null,
                     *       "inputs": {
                     *         "table.csv": {
                     *           "input": "january.csv",
                     *           "bytes": 1048576,
                     *           "sha256": null
                     *         }
                     *       },
                     *       "parameters": {},
                     *       "attempt": 1,
                     *       "maxAttempts": 3,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": "2026-11-24T09:00:00.000Z",
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "exitCode": null,
                     *       "failure": null,
                     *       "attempts": [],
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
            404: components["responses"]["NotFound"];
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
                /** @description Only transfers of this workspace. */
                workspaceId?: components["schemas"]["WorkspaceId"];
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
                     *           "workspaceId": "ws-01kb",
                     *           "input": "partner.csv",
                     *           "state": "RUNNING",
                     *           "stateReason": null,
                     *           "createdAt": "2026-11-24T09:00:00.000Z",
                     *           "startedAt": "2026-11-24T09:00:00.000Z",
                     *           "endedAt": null,
                     *           "cancelRequestedAt": null,
                     *           "expiresAt": null,
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
                     *       "workspaceId": "ws-01kb",
                     *       "input": "partner.csv",
                     *       "state": "RUNNING",
                     *       "stateReason": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z",
                     *       "startedAt": "2026-11-24T09:00:00.000Z",
                     *       "endedAt": null,
                     *       "cancelRequestedAt": null,
                     *       "expiresAt": null,
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
            404: components["responses"]["NotFound"];
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
                /** @description Only deliveries of this lane. */
                lane?: components["schemas"]["Lane"];
                /** @description Only deliveries of this workspace. */
                workspaceId?: components["schemas"]["WorkspaceId"];
                /** @description Only deliveries to this control plane. */
                controlPlaneId?: components["schemas"]["ControlPlaneId"];
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
                     *           "lane": "subscription",
                     *           "workspaceId": "ws-01kb",
                     *           "subscriptionId": "sub-01kg",
                     *           "controlPlaneId": null,
                     *           "target": "https://backend.example.com",
                     *           "eventId": "evt-01kd",
                     *           "type": "job.succeeded",
                     *           "sequence": "00000000000000000042",
                     *           "state": "DEAD",
                     *           "attempts": [],
                     *           "nextAttemptAt": null,
                     *           "createdAt": "2026-11-24T09:00:00.000Z"
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
            default: components["responses"]["Problem"];
        };
    };
    redeliver: {
        parameters: {
            query?: never;
            header?: never;
            path: {
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
                     *       "lane": "subscription",
                     *       "workspaceId": "ws-01kb",
                     *       "subscriptionId": "sub-01kg",
                     *       "controlPlaneId": null,
                     *       "target": "https://backend.example.com",
                     *       "eventId": "evt-01kd",
                     *       "type": "job.succeeded",
                     *       "sequence": "00000000000000000042",
                     *       "state": "DEAD",
                     *       "attempts": [],
                     *       "nextAttemptAt": null,
                     *       "createdAt": "2026-11-24T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Delivery"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            default: components["responses"]["Problem"];
        };
    };
    listParked: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only work of this kind. */
                kind?: components["schemas"]["ParkedKind"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page of parked work. */
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
                     *           "id": "pk-01km",
                     *           "kind": "job",
                     *           "subject": "jobs/job-01kc",
                     *           "workspaceId": "ws-01kb",
                     *           "reason": "the store answers 400",
                     *           "attempts": 20,
                     *           "parkedAt": "2026-11-24T09:00:00.000Z"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ParkedList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            default: components["responses"]["Problem"];
        };
    };
    retryParked: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of the parked work. */
                parkedId: components["parameters"]["ParkedId"];
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It is due. */
            202: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "pk-01km",
                     *       "kind": "job",
                     *       "subject": "jobs/job-01kc",
                     *       "workspaceId": "ws-01kb",
                     *       "reason": "the store answers 400",
                     *       "attempts": 20,
                     *       "parkedAt": "2026-11-24T09:00:00.000Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Parked"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    listReports: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: components["parameters"]["Limit"];
                /** @description `next` of the page before. */
                cursor?: components["parameters"]["Cursor"];
                /** @description Only reports of this agreement. */
                agreementId?: string;
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
            /** @description One page of reports. */
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
                     *           "workspaceId": "ws-01kb",
                     *           "agreementId": "72cc0d1e",
                     *           "participantContextId": "provider",
                     *           "endCause": "consumer",
                     *           "endedAt": "2026-11-24T09:00:00.000Z",
                     *           "deletedAt": "2026-11-24T09:00:00.000Z",
                     *           "objects": 12,
                     *           "bytes": 188743680,
                     *           "url": "https://compute.example.com/reports/v1/Zm9v"
                     *         }
                     *       ],
                     *       "next": null
                     *     }
                     */
                    "application/json": components["schemas"]["ReportList"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            default: components["responses"]["Problem"];
        };
    };
}
export interface operationSecurity {
    getLiveness: never;
    getReadiness: never;
    getMetrics: "apiKey";
    listServices: "apiKey";
    createService: "apiKey";
    importService: "apiKey";
    getService: "apiKey";
    replaceService: "apiKey";
    deleteService: "apiKey";
    listServiceVersions: "apiKey";
    pauseService: "apiKey";
    resumeService: "apiKey";
    listControlPlanes: "apiKey";
    createControlPlane: "apiKey";
    getControlPlane: "apiKey";
    replaceControlPlane: "apiKey";
    deleteControlPlane: "apiKey";
    testControlPlane: "apiKey";
    unregisterDataPlane: "apiKey";
    connectControlPlane: "apiKey";
    listExchanges: "apiKey";
    listWorkspaces: "apiKey";
    getWorkspace: "apiKey";
    suspendWorkspace: "apiKey";
    resumeWorkspace: "apiKey";
    closeWorkspace: "apiKey";
    reopenWorkspace: "apiKey";
    listFlows: "apiKey";
    listJobs: "apiKey";
    getJob: "apiKey";
    cancelJob: "apiKey";
    listTransfers: "apiKey";
    getTransfer: "apiKey";
    listDeliveries: "apiKey";
    redeliver: "apiKey";
    listParked: "apiKey";
    retryParked: "apiKey";
    listReports: "apiKey";
}
