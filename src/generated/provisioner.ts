/** Made from openapi/provisioner.yaml by `npm run generate`. */

export interface paths {
    "/provisioner/v1/provision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Provision or deprovision for a transfer process
         * @description A provision request makes or joins the workspace of the transfer process's agreement, which is looked up at the
         *     connector's management API. What cannot be provisioned is terminated there.
         *
         *     A deprovision request ends the data flow and never the workspace. It is answered with 200 whatever it names.
         *     Without `type` (EDC before 0.11) a request that comes after the content address was taken is a deprovision
         *     request.
         */
        post: operations["provision"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/provisioner/v1/access/{flowId}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data flow, as the content address names it. */
                flowId: string;
            };
            cookie?: never;
        };
        /**
         * Read the access document of a provisioned transfer
         * @description The content address of the transfer: read by the connector's data plane and written to the consumer. It can be read
         *     again and again, with fresh tokens each time, until the flow is deprovisioned. The tokens belong to the workspace.
         */
        get: operations["getProvisionedAccess"];
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
        /**
         * @description Of the control-plane generation `transferProcessId`, `resourceDefinitionId`, `assetId` and `callbackAddress` are
         *     used, of the data-plane one `flowId`, `provisionResourceId` and `callbackAddress`. The policy is not.
         */
        ProvisionMessage: {
            /** @description provision or deprovision; missing before EDC 0.11. */
            type?: unknown;
            /** @description The provider's transfer process. */
            transferProcessId?: unknown;
            /** @description The same in repeats and in the deprovision request. */
            resourceDefinitionId?: unknown;
            /** @description The asset of the agreement. */
            assetId?: unknown;
            /** @description The data flow of EDC's data plane; the provider's transfer process. */
            flowId?: unknown;
            /** @description The same in repeats and in the deprovision request. */
            provisionResourceId?: unknown;
            /** @description Has to be the configured one. */
            callbackAddress?: unknown;
            /** @description Filtered by the connector; of no effect. */
            policy?: unknown;
        } & {
            [key: string]: unknown;
        };
        AccessDocument: {
            /** @enum {string} */
            schema: "dataspace-compute/access/1";
            workspaceId: string;
            agreementId: string;
            processId: string | null;
            endpoint: string;
            /** @enum {string} */
            authType: "bearer";
            /** @description The access token. */
            authorization: string;
            /** Format: date-time */
            expiresAt: string;
            refreshEndpoint: string;
            refreshToken: string;
            services: string[];
            /** Format: date-time */
            workspaceExpiresAt: string;
            openapi: string;
            docs: string;
            deletionReportUrl: string;
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
        /** @description The workspace has ended. */
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
        /** @description Well formed, but it cannot be done. */
        Unprocessable: {
            headers: {
                "X-Request-Id": components["headers"]["RequestId"];
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "urn:dataspace-compute:problem:address-refused",
                 *       "title": "The address is refused",
                 *       "status": 422,
                 *       "code": "address-refused",
                 *       "detail": "The address is refused.",
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
    parameters: never;
    requestBodies: never;
    headers: {
        /** @description The id of this request, also in problem documents and in our log. */
        RequestId: string;
    };
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    provision: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProvisionMessage"];
            };
        };
        responses: {
            /** @description Taken. For a provision request a callback follows. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            409: components["responses"]["Conflict"];
            422: components["responses"]["Unprocessable"];
            default: components["responses"]["Problem"];
        };
    };
    getProvisionedAccess: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The data flow, as the content address names it. */
                flowId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The access document with its tokens. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    /** @description Always `no-store`. */
                    "Cache-Control": string;
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "schema": "dataspace-compute/access/1",
                     *       "workspaceId": "ws-01kb3v5h6nqz8x2m4c7d9e1f0a",
                     *       "agreementId": "1f3b9c52-8d11-4a6e-b6a4-0c9d8e7f6a5b",
                     *       "processId": "5d0f7a3e-5a43-4f0e-8f0c-2f5e6d7c8b9a",
                     *       "endpoint": "https://compute.example.com/v1",
                     *       "authType": "bearer",
                     *       "authorization": "dsc_example",
                     *       "expiresAt": "2026-11-24T10:00:00.000Z",
                     *       "refreshEndpoint": "https://compute.example.com/v1/token",
                     *       "refreshToken": "dsr_example",
                     *       "services": [
                     *         "table-summary"
                     *       ],
                     *       "workspaceExpiresAt": "2026-12-24T09:00:00.000Z",
                     *       "openapi": "https://compute.example.com/openapi.json",
                     *       "docs": "https://compute.example.com/docs",
                     *       "deletionReportUrl": "https://compute.example.com/reports/v1/dsrp_example"
                     *     }
                     */
                    "application/json": components["schemas"]["AccessDocument"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            410: components["responses"]["Gone"];
            default: components["responses"]["Problem"];
        };
    };
}
export interface operationSecurity {
    provision: "controlPlane";
    getProvisionedAccess: "contentToken";
}
