{{/* Combinations that a schema does not say well. */}}
{{- define "dsc.refusals" -}}
{{- $problems := list -}}
{{- $jobs := .Values.jobs -}}
{{- if gt (int .Values.replicas) 1 -}}
{{- $problems = append $problems "replicas: at most 1 in this version. The database is SQLite, which one process opens at a time; several replicas come with PostgreSQL." -}}
{{- end -}}
{{- if and $jobs.createNamespace (eq (include "dsc.jobsNamespace" .) .Release.Namespace) -}}
{{- $problems = append $problems "jobs.createNamespace: the namespace of the jobs is the release's, which exists. Set jobs.namespace to another one." -}}
{{- end -}}
{{- if and $jobs.createNamespace $jobs.allowRoot (eq $jobs.podSecurity "restricted") -}}
{{- $problems = append $problems "jobs.allowRoot: pods that run as root are refused in a namespace with jobs.podSecurity restricted. Set it to baseline." -}}
{{- end -}}
{{- if eq .Values.store.type "s3" -}}
{{- if not .Values.store.s3.endpoint }}{{ $problems = append $problems "store.s3.endpoint is needed with store.type s3." }}{{ end -}}
{{- if not .Values.store.s3.roleArn }}{{ $problems = append $problems "store.s3.roleArn is needed with store.type s3: the role that consumers' sessions are made from." }}{{ end -}}
{{- if ne (empty .Values.secrets.s3AccessKeyId.secretName) (empty .Values.secrets.s3SecretAccessKey.secretName) -}}
{{- $problems = append $problems "secrets.s3AccessKeyId and secrets.s3SecretAccessKey: give both, or none for workload identity." -}}
{{- end -}}
{{- end -}}
{{- if and (eq .Values.persistence.type "existing") (not .Values.persistence.existingClaim) -}}
{{- $problems = append $problems "persistence.existingClaim is needed with persistence.type existing." -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.consumer.host) -}}
{{- $problems = append $problems "ingress.consumer.host is needed with ingress.enabled." -}}
{{- end -}}
{{- if and .Values.services .Values.existingServicesConfigMap -}}
{{- $problems = append $problems "services and existingServicesConfigMap exclude each other." -}}
{{- end -}}
{{- if and .Values.controlPlanes .Values.existingControlPlanesConfigMap -}}
{{- $problems = append $problems "controlPlanes and existingControlPlanesConfigMap exclude each other." -}}
{{- end -}}
{{- with $problems -}}
{{- fail (printf "these values cannot be used:\n  - %s" (join "\n  - " .)) -}}
{{- end -}}
{{- end -}}
