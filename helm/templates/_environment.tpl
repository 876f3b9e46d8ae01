{{/*
The environment of a component. Passwords reach a URL through $(NAME), which Kubernetes expands from
variables defined before it; so no secret is ever part of a manifest.
*/}}

{{- define "vminer.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end -}}

{{/* One server's URL: (dict "database" .Values.externalDatabase "server" $server) */}}
{{- define "vminer.databaseUrl" -}}
{{- $query := .database.sslMode | empty | ternary "" (printf "?ssl=%s" .database.sslMode) -}}
{{- printf "postgresql://%s:$(DATABASE_PASSWORD)@%s:%d/%s%s" .database.user .server.host (.server.port | default 5432 | int) .database.name $query -}}
{{- end -}}

{{- define "vminer.primaryEnvironment" -}}
{{- $database := .Values.externalDatabase -}}
{{ include "vminer.secretVariable" (dict "name" "DATABASE_PASSWORD" "secret" $database.existingSecret "key" $database.passwordKey) }}
- name: VMINER_PRIMARY_URL
  value: {{ include "vminer.databaseUrl" (dict "database" $database "server" $database.primary) | quote }}
{{- end -}}

{{- define "vminer.replicaEnvironment" -}}
{{- $database := .Values.externalDatabase -}}
{{- $urls := list -}}
{{- range $database.readReplicas -}}
{{- $urls = append $urls (include "vminer.databaseUrl" (dict "database" $database "server" .)) -}}
{{- end -}}
- name: VMINER_REPLICA_URLS
  value: {{ join "," $urls | quote }}
{{- end -}}

{{- define "vminer.redisEnvironment" -}}
{{- with .Values.redis -}}
{{- if .existingSecret -}}
{{ include "vminer.secretVariable" (dict "name" "VMINER_REDIS_URL" "secret" .existingSecret "key" .urlKey) }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "vminer.rabbitmqEnvironment" -}}
{{- with .Values.rabbitmq -}}
{{ include "vminer.secretVariable" (dict "name" "VMINER_RABBITMQ_URL" "secret" .existingSecret "key" .urlKey) }}
{{- end -}}
{{- end -}}

{{- define "vminer.publicKeyEnvironment" -}}
{{- with .Values.credentials.public -}}
{{ include "vminer.secretVariable" (dict "name" "VMINER_CREDENTIALS_PUBLIC_KEY" "secret" .existingSecret "key" .key) }}
{{- end -}}
{{- end -}}

{{- define "vminer.privateKeyEnvironment" -}}
{{- with .Values.credentials.private -}}
{{ include "vminer.secretVariable" (dict "name" "VMINER_CREDENTIALS_PRIVATE_KEY" "secret" .existingSecret "key" .key) }}
{{- end -}}
{{- end -}}

{{/* 0.0.0.0: Prometheus and the probes come from outside the pod. */}}
{{- define "vminer.metricsEnvironment" -}}
- name: VMINER_METRICS_HOST
  value: "0.0.0.0"
- name: VMINER_METRICS_PORT
  value: {{ .Values.metrics.port | quote }}
{{- end -}}
