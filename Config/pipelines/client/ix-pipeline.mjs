// The Node end of a `worker` pipeline: JSON lines on standard input and output, one job at a time.
//
//     import { serve } from "./ix-pipeline.mjs";
//
//     serve(async (request, job) => {
//         job.progress(0.5, "half way");
//         return { answer: 42 };
//     });
//
// The value that the function returns is the response. Throw Retry for another start, Discard to give the job up. Every other
// error ends the job with the code pipeline_error, and its stack is in the job's log; so does an error outside the function's
// own promise, and process.exit(), after which the process is replaced. A response that JSON can't write ends the job the same
// way, and the error names the place, such as $.items[3].price.
//
// console.log() goes to the job's log, because standard output belongs to the protocol. A cancel aborts job.signal (an
// AbortSignal) and throws Cancelled at the next job.progress().
//
// Numbers: JavaScript changes integers beyond 2^53. serve(run, { integers: "text" }) hands them over as text, and
// serve(run, { integers: "bigint" }) as BigInt, which a response may hold, too. job.requestText is the request as it came.
//
// No dependency; Node 18 or later. Copy the file beside your pipeline.
import fs from "node:fs";
import { inspect } from "node:util";

const LEVELS = 64;
const send = (message) => put(JSON.stringify(message));
let output = 1;

/** Writes a whole line. The pipe takes 64 KiB at a time, and refuses more while the daemon reads. */
function put(line) {
    let rest = Buffer.from(line + "\n");
    while (rest.length > 0) {
        try {
            rest = rest.subarray(fs.writeSync(output, rest));
        } catch (error) {
            if (error.code !== "EAGAIN") throw error;
            Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
        }
    }
}

/** Start the job again later: after `after` seconds if given. */
export class Retry extends Error {
    constructor(message = "the pipeline asked for another attempt", after = undefined) {
        super(message);
        this.after = after;
    }
}

/** End the job with this error, because another start would not help. */
export class Discard extends Error {
    constructor(code, message) {
        super(message);
        this.code = code;
    }
}

/** The job was cancelled. */
export class Cancelled extends Error {}

/** What a run knows beside its request: job_id, attempt (from 1), max_attempts, ix_id, use_case, client_id, request_id,
 * deadline (RFC 3339), traceparent, tracestate where the caller gave one, directory with `fresh_directory`, and signal. */
class Job {
    #abort = new AbortController();
    #run;

    constructor(fields, requestText) {
        Object.assign(this, fields);
        this.requestText = requestText;
        this.signal = this.#abort.signal;
        this.leaves = false;
        // Every line names the job and the attempt: the same job may come again, and work may outlive its run.
        this.#run = { job_id: fields.job_id, attempt: fields.attempt };
    }

    get cancelled() { return this.signal.aborted; }

    /** Tells how far the run is, 0 to 1, and a line for people. A fraction that is no number counts as unknown. */
    progress(fraction, message = undefined) {
        if (this.cancelled) throw new Cancelled("cancelled");
        const number = Number(fraction);
        const known = Number.isFinite(number) && fraction !== null ? Math.min(Math.max(number, 0), 1) : null;
        send({ progress: known, ...(message == null ? {} : { message: text(message) }), ...this.#run });
    }

    /** Adds a line to the job's log. */
    log(line) { send({ log: text(line), ...this.#run }); }

    /** Makes this job the process's last. The next job finds a fresh process. */
    leave() { this.leaves = true; }

    /** For serve alone. */
    _cancel() { this.#abort.abort(); }
    _answer(kind, body, leaves = this.leaves) {
        return { [kind]: { ...this.#run, ...body, ...(leaves ? { last: true } : {}) } };
    }
}

/** Runs jobs until the daemon closes its end. Call it once everything slow is loaded. */
export function serve(run, { integers = "number" } = {}) {
    if (!["number", "text", "bigint"].includes(integers)) throw new TypeError(`integers: "number", "text" or "bigint", not ${integers}`);
    let job = null;
    let ended = false;
    const home = process.cwd();
    reserve();

    const answer = (kind, body, leaves) => {
        const done = job;
        job = null;
        if (!done) return;
        if (done.directory) process.chdir(home);
        put(written(done._answer(kind, body, leaves)));
        if (leaves ?? done.leaves) process.exit(0);
        if (ended) process.exit(0);
    };
    const fail = (error, leaves) => {
        console.error(error?.stack ?? inspect(error));
        answer("discard", { code: "pipeline_error", message: "the pipeline failed" }, leaves);
    };

    const begin = async ({ request, job: fields }, requestText) => {
        const mine = (job = new Job(fields, requestText));
        if (mine.directory) process.chdir(mine.directory);
        try {
            const response = await run(request, mine);
            if (job !== mine) return;
            const fault = faultOf(response);
            if (!fault) return answer("done", { response });
            console.error(`the response can't be written as JSON: ${fault}`);
            answer("discard", { code: "pipeline_error", message: `the response can't be written as JSON: ${fault}` });
        } catch (error) {
            if (job !== mine) return;
            if (error instanceof Retry) {
                const after = Number.isFinite(error.after) ? { after: error.after } : {};
                answer("retry", { message: text(error.message), ...after });
            } else if (error instanceof Discard) {
                answer("discard", { code: text(error.code), message: text(error.message) });
            } else if (error instanceof Cancelled || mine.cancelled && error?.name === "AbortError") {
                answer("discard", { code: "cancelled", message: "cancelled" });
            } else fail(error);
        }
    };

    // After such an error the process is in an unknown state: its job ends, and the next job gets another process.
    process.on("uncaughtException", (error) => { fail(error, true); process.exit(1); });
    process.on("unhandledRejection", (error) => { fail(error, true); process.exit(1); });
    process.on("exit", () => { if (job) fail(new Error("process.exit() was called"), true); });

    send({ ready: { protocol: 2 } });
    lines(process.stdin, (line) => {
        const message = parsed(line, integers);
        if (message.run) {
            begin(message.run, requestTextOf(line));
        } else if (message.cancel && job && message.cancel.job_id === job.job_id
            && (message.cancel.attempt ?? job.attempt) === job.attempt) {
            job._cancel();
        }
    }, () => {
        ended = true;
        if (!job) process.exit(0);
    });
}

/** Gives the protocol a descriptor that nothing else writes to: console.log and process.stdout go to the log. */
function reserve() {
    process.stdout.write = process.stderr.write.bind(process.stderr);
    console.log = console.info = console.debug = console.error;
}

function lines(stream, take, end) {
    let rest = [];
    stream.on("data", (data) => {
        let from = 0;
        for (let at = data.indexOf(10, from); at >= 0; at = data.indexOf(10, from)) {
            rest.push(data.subarray(from, at));
            const line = Buffer.concat(rest).toString();
            rest = [];
            from = at + 1;
            if (line) take(line);
        }
        rest.push(data.subarray(from));
    });
    stream.on("end", end);
}

/** The request's text: the job is the line's last member. */
function requestTextOf(line) {
    const start = '{"run":{"request":';
    return line.startsWith(start) ? line.slice(start.length, line.lastIndexOf(',"job":')) : "";
}

// A string, or an integer of 16 digits or more outside strings.
const LONG = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const MARK = "\u0001ix-integer:";

function parsed(line, integers) {
    if (integers === "number") return JSON.parse(line);
    const prefix = integers === "bigint" ? JSON.stringify(MARK).slice(1, -1) : "";
    const kept = line.replace(LONG, (token) =>
        token[0] !== '"' && /^-?\d{16,}$/.test(token) ? `"${prefix}${token}"` : token);
    if (integers === "text") return JSON.parse(kept);
    return JSON.parse(kept, (_, value) =>
        typeof value === "string" && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value);
}

/** The answer as JSON; a BigInt is written as the number that it is. */
function written(message) {
    const mark = JSON.stringify(MARK).slice(1, -1);
    const line = JSON.stringify(message, (_, value) => (typeof value === "bigint" ? MARK + value : value));
    return line.includes(mark) ? line.replaceAll(new RegExp(`"${mark.replace("\\", "\\\\")}(-?\\d+)"`, "g"), "$1") : line;
}

/** The first part of a response that JSON can't write, as words with its place; null when there is none. */
function faultOf(value, place = "$", level = 0) {
    switch (typeof value) {
        case "number": return Number.isFinite(value) ? null : `${place} is ${value}`;
        case "undefined": return place === "$" ? "$ is undefined" : null;
        case "function": case "symbol": return `${place} is a ${typeof value}`;
        case "object": break;
        default: return null;
    }
    if (value === null || typeof value.toJSON === "function") return null;
    if (level >= LEVELS) return `${place.slice(0, 80)} is nested deeper than ${LEVELS} levels`;
    const members = Array.isArray(value) ? value.map((item, index) => [`[${index}]`, item])
        : Object.entries(value).map(([key, item]) => [`.${key}`, item]);
    for (const [name, item] of members) {
        if (Array.isArray(value) && item === undefined) return `${place}${name} is undefined`;
        const fault = faultOf(item, place + name, level + 1);
        if (fault) return fault;
    }
    return null;
}

function text(value) {
    try { return String(value).toWellFormed?.() ?? String(value); } catch { return "<unprintable>"; }
}
