{{/* What every pod of the chart has in common. */}}

{{- define "vminer.podMetadata" -}}
labels:
  {{- include "vminer.labels" . | nindent 2 }}
  {{- with .root.Values.podLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
annotations:
  checksum/config: {{ .root.Values.config | toJson | sha256sum }}
  {{- with .root.Values.podAnnotations }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "vminer.podSpec" -}}
automountServiceAccountToken: false
{{- /* A Service named …-api would otherwise inject VMINER_API_PORT=tcp://… over the setting. */}}
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 10001
  runAsGroup: 10001
  fsGroup: 10001
  seccompProfile:
    type: RuntimeDefault
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .root.Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .root.Values.affinity }}
affinity:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: tmp
    emptyDir:
      sizeLimit: {{ if eq .component "api" }}{{ .root.Values.api.temporarySize }}{{ else }}256Mi{{ end }}
{{- end -}}

{{- define "vminer.topologySpread" -}}
{{- with .root.Values.topologySpread -}}
topologySpreadConstraints:
  {{- range . }}
  - topologyKey: {{ .topologyKey }}
    maxSkew: {{ .maxSkew }}
    whenUnsatisfiable: {{ .whenUnsatisfiable }}
    labelSelector:
      matchLabels:
        {{- include "vminer.selectorLabels" $ | nindent 8 }}
  {{- end }}
{{- end }}
{{- end -}}

{{- define "vminer.container" -}}
image: {{ include "vminer.image" .root | quote }}
imagePullPolicy: {{ .root.Values.image.pullPolicy }}
securityContext:
  allowPrivilegeEscalation: false
  readOnlyRootFilesystem: true
  capabilities:
    drop: [ALL]
volumeMounts:
  - name: tmp
    mountPath: /tmp
{{- end -}}

{{- define "vminer.configFrom" -}}
envFrom:
  - configMapRef:
      name: {{ include "vminer.fullname" . }}
{{- end -}}

{{/* /metrics answers as long as the process lives; a start may take two minutes. */}}
{{- define "vminer.metricsProbes" -}}
startupProbe:
  httpGet: {path: /metrics, port: metrics}
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  httpGet: {path: /metrics, port: metrics}
  periodSeconds: 10
  timeoutSeconds: 5
livenessProbe:
  httpGet: {path: /metrics, port: metrics}
  periodSeconds: 20
  timeoutSeconds: 5
  failureThreshold: 3
{{- end -}}

{{- define "vminer.podDisruptionBudget" -}}
{{- if .root.Values.podDisruptionBudget.enabled -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "vminer.fullname" .root }}-{{ .component }}
  labels:
    {{- include "vminer.labels" . | nindent 4 }}
spec:
  maxUnavailable: {{ .root.Values.podDisruptionBudget.maxUnavailable }}
  selector:
    matchLabels:
      {{- include "vminer.selectorLabels" . | nindent 6 }}
{{- end -}}
{{- end -}}

{{/* Headless, so that a scraper sees each pod. */}}
{{- define "vminer.metricsService" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "vminer.fullname" .root }}-{{ .component }}
  labels:
    {{- include "vminer.labels" . | nindent 4 }}
spec:
  clusterIP: None
  selector:
    {{- include "vminer.selectorLabels" . | nindent 4 }}
  ports:
    - name: metrics
      port: {{ .root.Values.metrics.port }}
      targetPort: metrics
{{- end -}}
