{{/* name, value: one variable; nothing for a value that is not given. Numbers come as floats: printed whole. */}}
{{- define "dsc.variable" -}}
{{- $value := .value -}}
{{- if kindIs "float64" $value }}{{ $value = printf "%.0f" $value }}{{ end -}}
{{- if not (kindIs "invalid" $value) -}}
{{- if ne (toString $value) "" }}
- { name: {{ .name }}, value: {{ toString $value | quote }} }
{{- end -}}
{{- end -}}
{{- end -}}

{{/* dict "root" $ "dataFolder" path: everything that the service reads. */}}
{{- define "dsc.environment" -}}
{{- $root := .root -}}
{{- $values := .root.Values -}}
{{- $given := dict
  "DSC_DATA_DIR" .dataFolder
  "DSC_HOST" $values.listenAddress
  "DSC_CONSUMER_PORT" $values.listeners.consumer.port
  "DSC_CONNECTOR_PORT" $values.listeners.connector.port
  "DSC_MANAGEMENT_PORT" $values.listeners.management.port
  "DSC_CONSUMER_URL" (include "dsc.url" (dict "root" $root "name" "consumer"))
  "DSC_CONNECTOR_URL" (include "dsc.url" (dict "root" $root "name" "connector"))
  "DSC_MANAGEMENT_URL" (include "dsc.url" (dict "root" $root "name" "management"))
  "DSC_TRUST_PROXY" (default (ternary "1" "" $values.ingress.enabled) $values.trustProxy)
  "DSC_STORE" $values.store.type
  "DSC_COMPUTE" "kubernetes"
  "DSC_KUBERNETES_NAMESPACE" (include "dsc.jobsNamespace" $root)
  "DSC_KUBERNETES_STORE_CIDRS" (join "," $values.jobs.storeCidrs)
  "DSC_KUBERNETES_IMAGE_PULL_SECRETS" (join "," $values.jobs.imagePullSecrets)
  "DSC_KUBERNETES_ALLOW_ROOT" $values.jobs.allowRoot
  "DSC_AGENT_IMAGE" (default (include "dsc.image" $root) $values.jobs.agentImage)
  "DSC_KUEUE_QUEUE" $values.jobs.kueueQueue
  "DSC_LOG_STREAMS" $values.jobs.logStreams
  "DSC_TOKEN_SECONDS" $values.seconds.token
  "DSC_SESSION_SECONDS" $values.seconds.session
  "DSC_WORKSPACE_SECONDS" $values.seconds.workspace
  "DSC_LINGER_SECONDS" $values.seconds.linger
  "DSC_RETENTION_SECONDS" $values.seconds.retention
  "DSC_HISTORY_SECONDS" $values.seconds.history
  "DSC_PROVISION_SECONDS" $values.seconds.provision
  "DSC_PREPARED_SECONDS" $values.seconds.prepared
  "DSC_PUSH_SECONDS" $values.seconds.push
  "DSC_EXPECTED_SECONDS" $values.seconds.expected
  "DSC_TRANSFER_SECONDS" $values.seconds.transfer
  "DSC_RECHECK_SECONDS" $values.seconds.recheck
  "DSC_EGRESS_ALLOW" (join "," $values.egressAllow)
  "DSC_DID_HTTP_HOSTS" (join "," $values.didHttpHosts)
  "DSC_LOG_LEVEL" $values.logLevel
-}}
{{- if eq $values.store.type "embedded" -}}
{{- $service := include "dsc.serviceUrl" (dict "root" $root "name" "store") -}}
{{- $given = merge $given (dict
  "DSC_STORE_HOST" $values.listenAddress
  "DSC_STORE_PORT" $values.listeners.store.port
  "DSC_STORE_URL" (include "dsc.url" (dict "root" $root "name" "store"))
  "DSC_AGENT_STORE_URL" (default $service $values.store.agentUrl)
  "DSC_STORE_RESERVE_BYTES" $values.store.reserveBytes
) -}}
{{- else -}}
{{- $s3 := $values.store.s3 -}}
{{- $given = merge $given (dict
  "DSC_STORE_URL" $values.urls.store
  "DSC_AGENT_STORE_URL" $values.store.agentUrl
  "DSC_S3_ENDPOINT" $s3.endpoint
  "DSC_STS_ENDPOINT" $s3.stsEndpoint
  "DSC_S3_REGION" $s3.region
  "DSC_S3_ROLE_ARN" $s3.roleArn
  "DSC_S3_AGENT_ROLE_ARN" $s3.agentRoleArn
  "DSC_S3_BUCKET_PREFIX" $s3.bucketPrefix
  "DSC_S3_FORCE_PATH_STYLE" $s3.forcePathStyle
  "DSC_S3_CHECKSUMS" $s3.checksums
) -}}
{{- end -}}
{{- if or $values.services $values.existingServicesConfigMap -}}
{{- $_ := set $given "DSC_SERVICES_DIR" "/etc/dataspace-compute/services" -}}
{{- end -}}
{{- if or $values.controlPlanes $values.existingControlPlanesConfigMap -}}
{{- $_ := set $given "DSC_CONTROL_PLANES_DIR" "/etc/dataspace-compute/control-planes" -}}
{{- end -}}
{{- if $values.jobs.profiles -}}
{{- $_ := set $given "DSC_KUBERNETES_PROFILES_FILE" "/etc/dataspace-compute/profiles/profiles.yaml" -}}
{{- end -}}
{{- range $name, $reference := include "dsc.secretReferences" $root | fromYaml -}}
{{- $_ := set $given (printf "%s_FILE" $reference.variable) (printf "/etc/dataspace-compute/secrets/%s" $name) -}}
{{- end -}}
{{- $used := dict -}}
{{- range $name, $value := $given -}}
{{- if not (or (kindIs "invalid" $value) (eq (toString $value) "")) -}}
{{- $_ := set $used (trimSuffix "_FILE" $name) true -}}
{{- end -}}
{{- end -}}
{{- range $values.extraEnv -}}
{{- if hasKey $used (trimSuffix "_FILE" .name) -}}
{{- fail (printf "extraEnv: %s is set by this chart; use the value that is made for it." .name) -}}
{{- end -}}
{{- end -}}
{{- range $name, $value := $given -}}
{{- include "dsc.variable" (dict "name" $name "value" $value) -}}
{{- end -}}
{{- with $values.extraEnv }}
{{ toYaml . }}
{{- end -}}
{{- end -}}

{{/* File name → Secret and the variable that is given as this file; only those that are configured. */}}
{{- define "dsc.secretReferences" -}}
{{- $s3 := eq .Values.store.type "s3" -}}
{{- with .Values.secrets -}}
{{- if .managementKey.secretName }}
management-key: { variable: DSC_MANAGEMENT_KEY, secret: {{ .managementKey.secretName }}, key: {{ .managementKey.key }} }
{{- end }}
{{- if .secretKey.secretName }}
secret-key: { variable: DSC_SECRET_KEY, secret: {{ .secretKey.secretName }}, key: {{ .secretKey.key }} }
{{- end }}
{{- if .signingKey.secretName }}
signing-key: { variable: DSC_SIGNING_KEY, secret: {{ .signingKey.secretName }}, key: {{ .signingKey.key }} }
{{- end }}
{{- if and $s3 .s3AccessKeyId.secretName }}
s3-access-key-id: { variable: DSC_S3_ACCESS_KEY_ID, secret: {{ .s3AccessKeyId.secretName }}, key: {{ .s3AccessKeyId.key }} }
{{- end }}
{{- if and $s3 .s3SecretAccessKey.secretName }}
s3-secret-access-key: { variable: DSC_S3_SECRET_ACCESS_KEY, secret: {{ .s3SecretAccessKey.secretName }}, key: {{ .s3SecretAccessKey.key }} }
{{- end }}
{{- end -}}
{{- end -}}
