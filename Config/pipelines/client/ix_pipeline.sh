# The shell end of a `worker` pipeline, for sh: JSON lines on standard input and output, one job at a time. Needs jq.
#
#     #!/bin/sh
#     . /path/to/ix_pipeline.sh
#     run() {   # $1: the request; $2: the job. Writes the response; what it says on stderr is the job's log.
#         ix_progress 0.5 "half way"
#         printf '%s' "$1" | jq -c '{answer: .context}'
#     }
#     ix_serve
#
# Exit status of run: 0 done; 75 start again; anything else ends the job with the code pipeline_failed. It runs in a
# subshell. A cancel isn't heard before the run is over: the daemon's TERM ends the process.

# ix_progress FRACTION [MESSAGE]
ix_progress() {
    jq -nc --argjson fraction "$1" --arg message "${2-}" --argjson run "$ix_run" \
        '{progress: $fraction} + if $message == "" then {} else {message: $message} end + $run' >&3
}

# ix_log TEXT
ix_log() { jq -nc --arg text "$1" --argjson run "$ix_run" '{log: $text} + $run' >&3; }

ix_serve() {
    # Standard output belongs to the protocol: what programs print by mistake goes to the log.
    exec 3>&1 1>&2
    printf '{"ready":{"protocol":1}}\n' >&3
    while IFS= read -r line; do
        job=$(printf '%s' "$line" | jq -c '.run.job // empty')
        [ -n "$job" ] || continue
        # Every line names the job and the attempt: the same job may come to this process again.
        ix_run=$(printf '%s' "$job" | jq -c '{job_id, attempt}')
        answer=${ix_run%\}}
        request=$(printf '%s' "$line" | jq -c .run.request)
        status=0
        response=$(run "$request" "$job" </dev/null) || status=$?
        case $status in
        0) printf '{"done":%s,"response":%s}}\n' "$answer" "$(printf '%s' "${response:-null}" | tr '\n' ' ')" >&3 ;;
        75) printf '{"retry":%s}}\n' "$answer" >&3 ;;
        *) printf '{"discard":%s,"code":"pipeline_failed","message":"run ended with %s"}}\n' "$answer" "$status" >&3 ;;
        esac
    done
}
