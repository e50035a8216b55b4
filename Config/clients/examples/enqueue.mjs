#!/usr/bin/env node
// Enqueues a job, waits for its end, and prints its response, with fetch alone (Node.js 18, Deno, browsers):
//
//   enqueue.mjs SERVER TOKEN_FILE CLIENT_ID REQUEST_ID
import { readFile } from "node:fs/promises";

const [server, tokenFile, clientID, requestID] = process.argv.slice(2);
const token = (await readFile(tokenFile, "utf8")).trim().split(/\s+/).pop();

/** Calls the server. A lost connection, 429 and 503 are tried again: the request_id makes a second insert harmless. */
async function call(method, path, body) {
  for (let pause = 100; ; pause = Math.min(pause * 2, 5000)) {
    let answer;
    try {
      answer = await fetch(server + path, {
        method,
        headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) },
        body: body && JSON.stringify(body),
      });
    } catch (error) {
      if (pause >= 5000) throw error;
    }
    if (answer?.ok) return answer.json();
    if (answer && answer.status !== 429 && answer.status !== 503) {
      const problem = await answer.json();
      throw new Error(`${problem.title}: ${problem.detail}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  }
}

const { job_id } = await call("POST", "/v1/jobs", {
  use_case: "echo", ix_client_id: clientID, request_id: requestID, context: { hello: "world" },
});
let job;
do {
  job = await call("GET", `/v1/jobs/${job_id}?wait=30s`);
} while (job.status === "pending" || job.status === "running");
console.log(job.status, JSON.stringify(await call("GET", `/v1/jobs/${job_id}/response`)));
