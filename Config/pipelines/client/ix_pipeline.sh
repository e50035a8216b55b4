# The shell end of a `worker` pipeline, for sh: JSON lines on standard input and output, one job at a time. Needs no other
# program; a jq that is there checks the response before it is sent.
#
#     #!/bin/sh
#     . /path/to/ix_pipeline.sh
#     run() {   # $1: the request, $2: the job, both as JSON. Writes the response; stderr is the job's log.
#         ix_progress 0.5 "half way"
#         printf '{"answer": 42}'
#     }
#     ix_serve
#
# Exit status of run: 0 done; 75 start again; any other ends the job with the code pipeline_failed. run is a subshell. A
# cancel isn't heard before the run is over: the daemon's TERM ends the process.

# ix_progress FRACTION [MESSAGE]
ix_progress() {
    case $1 in '' | . | *[!0-9.]* | *.*.*) ix_fraction=null ;; .*) ix_fraction=0$1 ;; *.) ix_fraction=${1}0 ;; *) ix_fraction=$1 ;; esac
    printf '{"progress":%s,"message":%s,%s}\n' "$ix_fraction" "$(ix_quoted "${2-}")" "$ix_run" >&3
}

# ix_log TEXT
ix_log() { printf '{"log":%s,%s}\n' "$(ix_quoted "$1")" "$ix_run" >&3; }

# ix_quoted TEXT: the text as a JSON string.
ix_quoted() {
    printf '"%s"' "$(printf '%s' "$1" | LC_ALL=C tr '\n\t' '  ' | LC_ALL=C tr -d '\000-\037' | sed 's/\\/\\\\/g; s/"/\\"/g')"
}

ix_serve() {
    # Standard output belongs to the protocol: what programs print by mistake goes to the log.
    exec 3>&1 1>&2
    printf '{"ready":{"protocol":2}}\n' >&3
    while IFS= read -r ix_line; do
        case $ix_line in '{"run":{"request":'*) ;; *) continue ;; esac
        # The line is cut, not read anew, so that every number reaches run as the caller wrote it. The job is the last
        # member; inside a string its name would stand between escaped quotes.
        ix_request=${ix_line%,\"job\":*}
        # A shell takes minutes to cut the end off a line of a megabyte.
        if [ ${#ix_line} -lt 20000 ]; then
            ix_job=${ix_line##*,\"job\":}
        else
            ix_job=$(printf '%s' "$ix_line" | LC_ALL=C sed 's/^.*,"job"://')
        fi
        ix_job=${ix_job%\}\}}
        ix_request=${ix_request#\{\"run\":\{\"request\":}
        ix_id=${ix_job#*\"job_id\":\"}
        ix_attempt=${ix_job#*\"attempt\":}
        # Every line names the job and the attempt: the same job may come to this process again.
        ix_run="\"job_id\":\"${ix_id%%\"*}\",\"attempt\":${ix_attempt%%[!0-9]*}"
        ix_one "$ix_request" "$ix_job"
    done
}

ix_one() {
    ix_status=0
    ix_response=$(
        case $2 in *\"directory\":\"*)
            ix_directory=${2#*\"directory\":\"}
            cd "${ix_directory%%\"*}" || exit 75
            ;;
        esac
        run "$1" "$2" </dev/null
    ) || ix_status=$?
    case $ix_status in
    0)
        if command -v jq >/dev/null 2>&1 \
            && ! printf '%s' "$ix_response" | jq -es 'length == 1 and (.[0] | type) == "object"' >/dev/null 2>&1; then
            # Not JSON: the daemon answers bad_output, and shows the beginning.
            ix_response="not one JSON object: $(ix_quoted "$ix_response")"
        fi
        printf '{"done":{%s,"response":%s}}\n' "$ix_run" "$(printf '%s' "${ix_response:-null}" | tr '\n\r' '  ')" >&3
        ;;
    75) printf '{"retry":{%s}}\n' "$ix_run" >&3 ;;
    *) printf '{"discard":{%s,"code":"pipeline_failed","message":"run ended with %s"}}\n' "$ix_run" "$ix_status" >&3 ;;
    esac
}
