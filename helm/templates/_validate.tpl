{{/* What is missing or contradictory, as sentences; the schema knows only types and ranges. */}}
{{- define "vminer.validate" -}}
{{- if not .Values.externalDatabase.primary.host -}}
{{- fail "externalDatabase.primary.host is missing: name the PostgreSQL primary, as --set externalDatabase.primary.host=primary.db.svc" -}}
{{- end -}}
{{- range $path, $secret := dict
      "externalDatabase.existingSecret" .Values.externalDatabase.existingSecret
      "rabbitmq.existingSecret" .Values.rabbitmq.existingSecret
      "credentials.public.existingSecret" .Values.credentials.public.existingSecret
      "credentials.private.existingSecret" .Values.credentials.private.existingSecret -}}
{{- if not $secret -}}
{{- fail (printf "%s is missing: name a Secret that exists in namespace %s" $path $.Release.Namespace) -}}
{{- end -}}
{{- end -}}
{{- with .Values.externalDatabase -}}
{{- range .readReplicas -}}
{{- if and (eq .host $.Values.externalDatabase.primary.host) (eq (.port | default 5432 | int) ($.Values.externalDatabase.primary.port | int)) -}}
{{- fail (printf "externalDatabase.readReplicas names the primary %s: leave it out, it serves reads by itself when no replica can" .host) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
