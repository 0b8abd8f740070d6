{{/* Short enough that "-management" and the hash-like suffixes of Kubernetes fit in 63 characters. */}}
{{- define "dsc.fullname" -}}
{{- default .Release.Name .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- define "dsc.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{- define "dsc.selector" -}}
app.kubernetes.io/name: {{ include "dsc.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* Never app.kubernetes.io/managed-by: with the value dataspace-compute it marks what belongs to jobs. */}}
{{- define "dsc.labels" -}}
{{ include "dsc.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end -}}

{{- define "dsc.serviceAccount" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "dsc.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "dsc.jobsNamespace" -}}
{{- default .Release.Namespace .Values.jobs.namespace -}}
{{- end -}}

{{/* In a namespace that other releases may use too, the name says whose it is. */}}
{{- define "dsc.jobsName" -}}
{{- $own := include "dsc.fullname" . -}}
{{- if ne (include "dsc.jobsNamespace" .) .Release.Namespace -}}
{{- $own = printf "%s-%s" (.Release.Namespace | trunc 20 | trimSuffix "-") $own -}}
{{- end -}}
{{- printf "%s-jobs" $own | trunc 63 -}}
{{- end -}}

{{- define "dsc.image" -}}
{{- $image := required "image.repository is needed: where the image of dataspace-compute is." .Values.image.repository -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" $image .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" $image (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/* The listeners that this installation has: the store's only with the embedded store. */}}
{{- define "dsc.listeners" -}}
consumer connector management{{ if eq .Values.store.type "embedded" }} store{{ end }}
{{- end -}}

{{/* dict "root" $ "name" listener: the address of its Service in the cluster. */}}
{{- define "dsc.serviceUrl" -}}
{{- $port := (index .root.Values.listeners .name).port | int -}}
{{- printf "http://%s-%s.%s.svc:%d" (include "dsc.fullname" .root) .name .root.Release.Namespace $port -}}
{{- end -}}

{{/* dict "root" $ "name" listener: what others are told. */}}
{{- define "dsc.url" -}}
{{- $entry := default dict (index .root.Values.ingress .name) -}}
{{- if index .root.Values.urls .name -}}
{{- index .root.Values.urls .name -}}
{{- else if and .root.Values.ingress.enabled (kindIs "map" $entry) $entry.host -}}
{{- ternary "https" "http" (ne $entry.tlsSecretName "") }}://{{ $entry.host -}}
{{- else -}}
{{- include "dsc.serviceUrl" . -}}
{{- end -}}
{{- end -}}
