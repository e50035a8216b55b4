extension MetricFamily {
    /// All metrics, sorted by name.
    package static let all: [MetricFamily] = {
        let groups = [
            queueFamilies, jobFamilies, scheduleFamilies, daemonFamilies, httpFamilies, processFamilies,
        ]
        return groups.flatMap { $0 }.sorted { $0.name < $1.name }
    }()

    /// The daemon's pipelines, callbacks, store and duties.
    package static let daemonFamilies = [
        buildInfo, pipelineRunning, pipelineConcurrency, pipelineBreakerOpen, programStarts, programCrashes,
        callbackDeliveries, callbackDelivery, endpointsClosed, storeUp, listenerUp, leaseLeft, storeCall, storeFaults,
        storeConnections, standbyUp, standbyAge, standbyReads, dutyLastEnd, traceSpans, traceContextIgnored,
    ]

    package static let buildInfo = MetricFamily(
        "ix_build_info", .gauge, ["version", "commit", "store", "schema"], help: "The program; always 1.")
    package static let pipelineRunning = MetricFamily(
        "ix_pipeline_running", .gauge, ["pipeline"], help: "Jobs that the pipeline runs in this daemon.")
    package static let pipelineConcurrency = MetricFamily(
        "ix_pipeline_concurrency", .gauge, ["pipeline"],
        help: "Jobs that the pipeline may run at a time in this daemon; without a limit of its own, the daemon's slots."
    )
    package static let pipelineBreakerOpen = MetricFamily(
        "ix_pipeline_breaker_open", .gauge, ["pipeline"], help: "1 while the pipeline takes no jobs, because it failed."
    )
    package static let programStarts = MetricFamily(
        "ix_program_starts_total", .counter, ["pipeline"], help: "Programs that the pipeline started.")
    package static let programCrashes = MetricFamily(
        "ix_program_crashes_total", .counter, ["pipeline"],
        help: "Programs of the pipeline that ended by a signal, or without an answer.")
    package static let callbackDeliveries = MetricFamily(
        "ix_callback_deliveries_total", .counter, ["result"], help: "Tries of callbacks by this daemon.")
    package static let callbackDelivery = MetricFamily(
        "ix_callback_delivery_seconds", .histogram(buckets: callBuckets),
        help: "Time of a try, from the name's resolution to the answer.")
    package static let endpointsClosed = MetricFamily(
        "ix_callback_endpoints_closed", .gauge, help: "Receivers that this daemon asks only now and then.")
    package static let storeUp = MetricFamily("ix_store_up", .gauge, help: "1 while the store answers this daemon.")
    package static let listenerUp = MetricFamily(
        "ix_listener_up", .gauge, help: "1 while notifications arrive; absent where none were asked for.")
    package static let leaseLeft = MetricFamily(
        "ix_lease_left_seconds", .gauge, help: "Time until the daemon's lease ends, unless it is renewed.")
    package static let storeCall = MetricFamily(
        "ix_store_call_seconds", .histogram(buckets: callBuckets), ["operation"], help: "Time of a call to the store.")
    package static let storeFaults = MetricFamily(
        "ix_store_faults_total", .counter, ["operation", "kind"], help: "Calls to the store that failed.")
    package static let storeConnections = MetricFamily(
        "ix_store_connections", .gauge, ["pool", "state"],
        help: "Connections in use and idle, and calls that wait for one.")
    package static let standbyUp = MetricFamily(
        "ix_store_standby_up", .gauge,
        help: "1 while the standby answers lists and counts, 0 while the primary does; absent without a standby.")
    package static let standbyAge = MetricFamily(
        "ix_store_standby_age_seconds", .gauge, help: "Age of the standby's data at the last read from it.")
    package static let standbyReads = MetricFamily(
        "ix_store_standby_reads_total", .counter, ["source"],
        help: "Reads meant for the standby, by the server that answered: standby or primary.")
    package static let traceSpans = MetricFamily(
        "ix_trace_spans_total", .counter, ["result"], help: "Spans that a collector took, and spans that were dropped.")
    package static let traceContextIgnored = MetricFamily(
        "ix_trace_context_ignored_total", .counter, help: "Malformed contexts of producers over HTTP, left out.")
    package static let dutyLastEnd = MetricFamily(
        "ix_duty_last_end_timestamp_seconds", .gauge, ["duty"],
        help: "The end of the duty's last successful round in this daemon; daemons take turns, so read max by (duty).")
}

extension MetricFamily {
    /// The HTTP server.
    package static let httpFamilies = [
        httpRequests, httpRequest, httpEnqueued, httpRejected, httpConnections, httpStreams, httpWaits,
    ]

    package static let httpRequests = MetricFamily(
        "ix_http_requests_total", .counter, ["route", "method", "code"], help: "Requests answered.")
    package static let httpRequest = MetricFamily(
        "ix_http_request_seconds", .histogram(buckets: callBuckets), ["route", "method"],
        help: "Time from the head of a request to the end of its answer; streams and waits left out.")
    package static let httpEnqueued = MetricFamily(
        "ix_http_enqueued_total", .counter, ["result"], help: "Jobs that callers handed in over HTTP.")
    package static let httpRejected = MetricFamily(
        "ix_http_rejected_total", .counter, ["reason"], help: "Requests and connections turned away for a limit.")
    package static let httpConnections = MetricFamily("ix_http_connections", .gauge, help: "Connections that are open.")
    package static let httpStreams = MetricFamily("ix_http_streams", .gauge, help: "Event streams that are open.")
    package static let httpWaits = MetricFamily(
        "ix_http_waits", .gauge, help: "Requests that wait for the end of a job.")
}

extension MetricFamily {
    /// The process, by the names that every Prometheus client has.
    package static let processFamilies = [
        processCPU, processResident, processOpenFiles, processMostFiles, processStart,
    ]

    package static let processCPU = MetricFamily("process_cpu_seconds_total", .counter, help: "Processor time.")
    package static let processResident = MetricFamily("process_resident_memory_bytes", .gauge, help: "Resident memory.")
    package static let processOpenFiles = MetricFamily("process_open_fds", .gauge, help: "Open descriptors.")
    package static let processMostFiles = MetricFamily("process_max_fds", .gauge, help: "Descriptors that may be open.")
    package static let processStart = MetricFamily(
        "process_start_time_seconds", .gauge, help: "The start of the process, in seconds since 1970.")
}
