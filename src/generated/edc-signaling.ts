/** Made from openapi/edc-signaling.yaml by `npm run generate`. */

export interface paths {
    "/edc/v1/dataflows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start or prepare a data flow, by its type
         * @description As EDC up to 0.14 has it: a `DataFlowStartMessage` is a start, a `DataFlowProvisionMessage` a prepare.
         */
        post: operations["openEdcDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/edc/v1/dataflows/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start a data flow, or resume it
         * @description The provider side of a transfer: the agreement's workspace is made or joined. For a pull the answer carries the
         *     address of the consumer API with its token; for a push the access document is sent to `destinationDataAddress`. The
         *     asset's data address `{type: ComputeService, service}` may name the compute service.
         *
         *     The same process once more is a repeat, or the resume of a suspended one: both are answered with fresh access.
         */
        post: operations["startEdcDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/edc/v1/dataflows/prepare": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Prepare the receipt of a push
         * @description The consumer side of a push: data of a third party is going to arrive. The destination `{type: Workspace, workspace,
         *     input}` names the target. The address to push to follows by the callback `provisioned`. A prepare that is repeated
         *     while the flow lives gets the same answer.
         */
        post: operations["prepareEdcDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/edc/v1/dataflows/check": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Say that the data plane is available
         * @description Asked again and again; a data plane that does not answer is not used.
         */
        get: operations["checkEdcDataPlane"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/edc/v1/dataflows/{id}/suspend": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `processId` of the first message. */
                id: components["parameters"]["ProcessId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Suspend a data flow
         * @description Tokens of this flow are refused until a start of the same process resumes it.
         */
        post: operations["suspendEdcDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/edc/v1/dataflows/{id}/terminate": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `processId` of the first message. */
                id: components["parameters"]["ProcessId"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Terminate a data flow
         * @description Also answered with 204 for unknown and ended flows. It comes after a push that has completed, too: no failure then.
         */
        post: operations["terminateEdcDataFlow"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/edc/v1/dataflows/{id}/state": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `processId` of the first message. */
                id: components["parameters"]["ProcessId"];
            };
            cookie?: never;
        };
        /**
         * Show the state of a data flow
         * @description Only flows of the calling control plane are found.
         */
        get: operations["getEdcDataFlowState"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events/v1/edc/{token}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The secret of the control plane's `eventsUrl`. */
                token: components["parameters"]["EventsToken"];
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an event of an own connector
         * @description The `eventsUrl` of a control plane, for EDC's event callbacks (`transfer.process`, `contract.negotiation`). An event
         *     is a hint: the end or pause of a transfer process makes the look at the management API due, which has the word;
         *     where none is configured, the end of a transfer process ends its flow. A negotiation makes the look at its agreement
         *     due. Everything else, flows of other control planes too, is answered alike and changes nothing.
         */
        post: operations["receiveConnectorEvent"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events/v1/edc/{token}/{name}": {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The secret of the control plane's `eventsUrl`. */
                token: components["parameters"]["EventsToken"];
                /** @description What the connector calls itself; of no effect. */
                name: string;
            };
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take an event of an own connector that adds its name
         * @description As without the name.
         */
        post: operations["receiveNamedConnectorEvent"];
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
        /** @description The envelope of EDC's events, with any content. Unknown fields are ignored. */
        ConnectorEvent: {
            type?: unknown;
            payload?: unknown;
        } & {
            [key: string]: unknown;
        };
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
         * @description A start or provision message. `processId`, `agreementId`, `datasetId`, `participantId` and `flowType` are required,
         *     under these names with any namespace; no other field is insisted on.
         */
        DataFlowMessage: {
            "@type"?: components["schemas"]["Term"];
            processId?: components["schemas"]["Term"];
            agreementId?: components["schemas"]["Term"];
            datasetId?: components["schemas"]["Term"];
            participantId?: components["schemas"]["Term"];
            transferTypeDestination?: components["schemas"]["Term"];
            flowType?: components["schemas"]["Term"];
            responseChannel?: components["schemas"]["Term"];
            sourceDataAddress?: components["schemas"]["Term"];
            destinationDataAddress?: components["schemas"]["Term"];
            destination?: components["schemas"]["Term"];
            callbackAddress?: components["schemas"]["Term"];
        } & {
            [key: string]: unknown;
        };
        /** @description A value as JSON-LD has it, plain, an object, or a list. */
        Term: string | number | boolean | {
            [key: string]: unknown;
        } | unknown[] | null;
        /** @description Suspend or terminate. Nothing in it is insisted on. */
        DataFlowSignal: {
            [key: string]: unknown;
        } | null;
        Context: {
            [key: string]: string;
        };
        DataFlowResponseMessage: {
            "@context": components["schemas"]["Context"];
            /** @enum {string} */
            "@type": "DataFlowResponseMessage";
            /** @description True: the address follows by the callback `provisioned`. */
            provisioning: boolean;
            dataAddress?: components["schemas"]["DataAddress"];
        };
        DataAddress: {
            /** @enum {string} */
            "@type": "dspace:DataAddress";
            "dspace:endpointType": string;
            "dspace:endpointProperties": {
                /** @enum {string} */
                "@type": "dspace:EndpointProperty";
                "dspace:name": string;
                "dspace:value": string;
            }[];
        };
        DataFlowState: {
            "@context": components["schemas"]["Context"];
            /** @enum {string} */
            "@type": "DataFlowState";
            /** @enum {string} */
            state: "PREPARING" | "PREPARED" | "STARTING" | "STARTED" | "SUSPENDED" | "COMPLETED" | "TERMINATED";
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
        /** @description The secret of the control plane's `eventsUrl`. */
        EventsToken: string;
        /** @description The `processId` of the first message. */
        ProcessId: string;
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
    openEdcDataFlow: {
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
                 *       "@context": {
                 *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                 *         "dspace": "https://w3id.org/dspace/v0.8/"
                 *       },
                 *       "@type": "DataFlowStartMessage",
                 *       "processId": "5d0f7a3e-5a43-4f0e-8f0c-2f5e6d7c8b9a",
                 *       "agreementId": "1f3b9c52-8d11-4a6e-b6a4-0c9d8e7f6a5b",
                 *       "datasetId": "compute-table-summary",
                 *       "participantId": "consumer",
                 *       "transferTypeDestination": "HttpData",
                 *       "flowType": "PULL",
                 *       "callbackAddress": "http://connector:9191/api/control",
                 *       "properties": {},
                 *       "sourceDataAddress": {
                 *         "@type": "dspace:DataAddress",
                 *         "dspace:endpointType": "ComputeService",
                 *         "dspace:endpointProperties": {
                 *           "@type": "dspace:EndpointProperty",
                 *           "dspace:name": "https://w3id.org/edc/v0.0.1/ns/service",
                 *           "dspace:value": "table-summary"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowMessage"];
            };
        };
        responses: {
            /** @description Begun. For a pull with the address; `provisioning` where a callback follows. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "@context": {
                     *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                     *         "dspace": "https://w3id.org/dspace/v0.8/"
                     *       },
                     *       "@type": "DataFlowResponseMessage",
                     *       "provisioning": false,
                     *       "dataAddress": {
                     *         "@type": "dspace:DataAddress",
                     *         "dspace:endpointType": "https://w3id.org/idsa/v4.1/HTTP",
                     *         "dspace:endpointProperties": [
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/edc/v0.0.1/ns/endpoint",
                     *             "dspace:value": "https://compute.example.com/v1"
                     *           },
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/edc/v0.0.1/ns/authorization",
                     *             "dspace:value": "dsc_example"
                     *           },
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/tractusx/auth/refreshEndpoint",
                     *             "dspace:value": "https://compute.example.com/v1/token"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DataFlowResponseMessage"];
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
    startEdcDataFlow: {
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
                 *       "@context": {
                 *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                 *         "dspace": "https://w3id.org/dspace/v0.8/"
                 *       },
                 *       "@type": "DataFlowStartMessage",
                 *       "processId": "5d0f7a3e-5a43-4f0e-8f0c-2f5e6d7c8b9a",
                 *       "agreementId": "1f3b9c52-8d11-4a6e-b6a4-0c9d8e7f6a5b",
                 *       "datasetId": "compute-table-summary",
                 *       "participantId": "consumer",
                 *       "transferTypeDestination": "HttpData",
                 *       "flowType": "PULL",
                 *       "callbackAddress": "http://connector:9191/api/control",
                 *       "properties": {},
                 *       "sourceDataAddress": {
                 *         "@type": "dspace:DataAddress",
                 *         "dspace:endpointType": "ComputeService",
                 *         "dspace:endpointProperties": {
                 *           "@type": "dspace:EndpointProperty",
                 *           "dspace:name": "https://w3id.org/edc/v0.0.1/ns/service",
                 *           "dspace:value": "table-summary"
                 *         }
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowMessage"];
            };
        };
        responses: {
            /** @description Begun. For a pull with the address; `provisioning` where a callback follows. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "@context": {
                     *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                     *         "dspace": "https://w3id.org/dspace/v0.8/"
                     *       },
                     *       "@type": "DataFlowResponseMessage",
                     *       "provisioning": false,
                     *       "dataAddress": {
                     *         "@type": "dspace:DataAddress",
                     *         "dspace:endpointType": "https://w3id.org/idsa/v4.1/HTTP",
                     *         "dspace:endpointProperties": [
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/edc/v0.0.1/ns/endpoint",
                     *             "dspace:value": "https://compute.example.com/v1"
                     *           },
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/edc/v0.0.1/ns/authorization",
                     *             "dspace:value": "dsc_example"
                     *           },
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/tractusx/auth/refreshEndpoint",
                     *             "dspace:value": "https://compute.example.com/v1/token"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DataFlowResponseMessage"];
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
    prepareEdcDataFlow: {
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
                 *       "@context": {
                 *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                 *         "dspace": "https://w3id.org/dspace/v0.8/"
                 *       },
                 *       "@type": "DataFlowProvisionMessage",
                 *       "processId": "9c1d2e3f-4a5b-4c6d-8e7f-0a1b2c3d4e5f",
                 *       "agreementId": "2e4c8a61-7b5d-4f3e-9a1c-6d5e4f3a2b1c",
                 *       "datasetId": "partner-data",
                 *       "participantId": "compute",
                 *       "transferTypeDestination": "HttpData",
                 *       "flowType": "PUSH",
                 *       "callbackAddress": "http://connector:9191/api/control",
                 *       "properties": {},
                 *       "destination": {
                 *         "@type": "dspace:DataAddress",
                 *         "dspace:endpointType": "Workspace",
                 *         "dspace:endpointProperties": [
                 *           {
                 *             "@type": "dspace:EndpointProperty",
                 *             "dspace:name": "https://w3id.org/edc/v0.0.1/ns/workspace",
                 *             "dspace:value": "ws-01kb"
                 *           },
                 *           {
                 *             "@type": "dspace:EndpointProperty",
                 *             "dspace:name": "https://w3id.org/edc/v0.0.1/ns/input",
                 *             "dspace:value": "partner.csv"
                 *           }
                 *         ]
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowMessage"];
            };
        };
        responses: {
            /** @description Begun. For a pull with the address; `provisioning` where a callback follows. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "@context": {
                     *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                     *         "dspace": "https://w3id.org/dspace/v0.8/"
                     *       },
                     *       "@type": "DataFlowResponseMessage",
                     *       "provisioning": false,
                     *       "dataAddress": {
                     *         "@type": "dspace:DataAddress",
                     *         "dspace:endpointType": "https://w3id.org/idsa/v4.1/HTTP",
                     *         "dspace:endpointProperties": [
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/edc/v0.0.1/ns/endpoint",
                     *             "dspace:value": "https://compute.example.com/v1"
                     *           },
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/edc/v0.0.1/ns/authorization",
                     *             "dspace:value": "dsc_example"
                     *           },
                     *           {
                     *             "@type": "dspace:EndpointProperty",
                     *             "dspace:name": "https://w3id.org/tractusx/auth/refreshEndpoint",
                     *             "dspace:value": "https://compute.example.com/v1/token"
                     *           }
                     *         ]
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["DataFlowResponseMessage"];
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
    checkEdcDataPlane: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
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
            default: components["responses"]["Problem"];
        };
    };
    suspendEdcDataFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `processId` of the first message. */
                id: components["parameters"]["ProcessId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "@context": {
                 *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                 *         "dspace": "https://w3id.org/dspace/v0.8/"
                 *       },
                 *       "@type": "DataFlowSuspendMessage"
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowSignal"];
            };
        };
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
    terminateEdcDataFlow: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `processId` of the first message. */
                id: components["parameters"]["ProcessId"];
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                /**
                 * @example {
                 *       "@context": {
                 *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                 *         "dspace": "https://w3id.org/dspace/v0.8/"
                 *       },
                 *       "@type": "DataFlowSuspendMessage"
                 *     }
                 */
                "application/json": components["schemas"]["DataFlowSignal"];
            };
        };
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
            default: components["responses"]["Problem"];
        };
    };
    getEdcDataFlowState: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The `processId` of the first message. */
                id: components["parameters"]["ProcessId"];
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
                     *       "@context": {
                     *         "@vocab": "https://w3id.org/edc/v0.0.1/ns/",
                     *         "dspace": "https://w3id.org/dspace/v0.8/"
                     *       },
                     *       "@type": "DataFlowState",
                     *       "state": "STARTED"
                     *     }
                     */
                    "application/json": components["schemas"]["DataFlowState"];
                };
            };
            400: components["responses"]["BadRequest"];
            401: components["responses"]["Unauthenticated"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    receiveConnectorEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The secret of the control plane's `eventsUrl`. */
                token: components["parameters"]["EventsToken"];
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "eb065379-8e5f-4f5a-a066-3e64e8f4d38b",
                 *       "at": 1795532351404,
                 *       "type": "TransferProcessTerminated",
                 *       "payload": {
                 *         "transferProcessId": "5d0f7a3e-5a43-4f0e-8f0c-2f5e6d7c8b9a",
                 *         "contractId": "1f3b9c52-8d11-4a6e-b6a4-0c9d8e7f6a5b",
                 *         "reason": "contract policy"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ConnectorEvent"];
            };
        };
        responses: {
            /** @description Heard. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
    receiveNamedConnectorEvent: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The secret of the control plane's `eventsUrl`. */
                token: components["parameters"]["EventsToken"];
                /** @description What the connector calls itself; of no effect. */
                name: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "id": "eb065379-8e5f-4f5a-a066-3e64e8f4d38b",
                 *       "at": 1795532351404,
                 *       "type": "TransferProcessTerminated",
                 *       "payload": {
                 *         "transferProcessId": "5d0f7a3e-5a43-4f0e-8f0c-2f5e6d7c8b9a",
                 *         "contractId": "1f3b9c52-8d11-4a6e-b6a4-0c9d8e7f6a5b",
                 *         "reason": "contract policy"
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["ConnectorEvent"];
            };
        };
        responses: {
            /** @description Heard. */
            200: {
                headers: {
                    "X-Request-Id": components["headers"]["RequestId"];
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["BadRequest"];
            404: components["responses"]["NotFound"];
            default: components["responses"]["Problem"];
        };
    };
}
export interface operationSecurity {
    openEdcDataFlow: "controlPlane";
    startEdcDataFlow: "controlPlane";
    prepareEdcDataFlow: "controlPlane";
    checkEdcDataPlane: "controlPlane";
    suspendEdcDataFlow: "controlPlane";
    terminateEdcDataFlow: "controlPlane";
    getEdcDataFlowState: "controlPlane";
    receiveConnectorEvent: never;
    receiveNamedConnectorEvent: never;
}
