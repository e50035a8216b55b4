#!/usr/bin/env node
// Verifies a callback, as a receiver does. Reads a line of `ixctl listen PORT --json` and prints the webhook-id of a genuine one:
//
//   verify.mjs SECRET
import { createHmac, timingSafeEqual } from "node:crypto";
import { readFileSync } from "node:fs";

/** True when one of the signatures is ours. The time bounds how long a recorded callback can be sent again. */
function isGenuine(secret, id, timestamp, signatures, body) {
  if (Math.abs(Date.now() / 1000 - timestamp) > 300) return false;
  const key = Buffer.from(secret.replace(/^whsec_/, ""), "base64");
  const ours = Buffer.from("v1," + createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64"));
  return signatures.split(" ").some((text) => {
    const theirs = Buffer.from(text);
    return theirs.length === ours.length && timingSafeEqual(theirs, ours);
  });
}

const { headers, body } = JSON.parse(readFileSync(0, "utf8").split("\n")[0]);
const id = headers["webhook-id"];
if (!isGenuine(process.argv[2], id, headers["webhook-timestamp"], headers["webhook-signature"] ?? "", body)) {
  console.log("not genuine");
  process.exit(1);
}
console.log(id);
