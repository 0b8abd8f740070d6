{{/* Pod Security level restricted, for pod and container. */}}
{{- define "dsc.podSecurity" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
fsGroupChangePolicy: OnRootMismatch
seccompProfile: { type: RuntimeDefault }
{{- end -}}

{{- define "dsc.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end -}}

{{/* Everything that the service reads, besides its data. */}}
{{- define "dsc.volumes" -}}
- name: tmp
  emptyDir: { sizeLimit: 1Gi }
{{- $references := include "dsc.secretReferences" . | fromYaml }}
{{- if or $references .Values.secrets.files }}
- name: secrets
  projected:
    defaultMode: 288 # 0440, for the group that fsGroup gives
    sources:
      {{- range $name, $reference := $references }}
      - secret:
          name: {{ $reference.secret }}
          items: [{ key: {{ $reference.key }}, path: {{ $name }} }]
      {{- end }}
      {{- range .Values.secrets.files }}
      - secret:
          name: {{ .secretName }}
          items: [{ key: {{ .key }}, path: {{ .path }} }]
      {{- end }}
{{- end }}
{{- if or .Values.services .Values.existingServicesConfigMap }}
- name: services
  configMap:
    name: {{ default (printf "%s-services" (include "dsc.fullname" .)) .Values.existingServicesConfigMap }}
{{- end }}
{{- if or .Values.controlPlanes .Values.existingControlPlanesConfigMap }}
- name: control-planes
  configMap:
    name: {{ default (printf "%s-control-planes" (include "dsc.fullname" .)) .Values.existingControlPlanesConfigMap }}
{{- end }}
{{- if .Values.jobs.profiles }}
- name: profiles
  configMap:
    name: {{ include "dsc.fullname" . }}-profiles
{{- end }}
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "dsc.volumeMounts" -}}
- { name: tmp, mountPath: /tmp }
{{- if or (include "dsc.secretReferences" . | fromYaml) .Values.secrets.files }}
- { name: secrets, mountPath: /etc/dataspace-compute/secrets, readOnly: true }
{{- end }}
{{- if or .Values.services .Values.existingServicesConfigMap }}
- { name: services, mountPath: /etc/dataspace-compute/services, readOnly: true }
{{- end }}
{{- if or .Values.controlPlanes .Values.existingControlPlanesConfigMap }}
- { name: control-planes, mountPath: /etc/dataspace-compute/control-planes, readOnly: true }
{{- end }}
{{- if .Values.jobs.profiles }}
- { name: profiles, mountPath: /etc/dataspace-compute/profiles, readOnly: true }
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}
