#!/usr/bin/env php
<?php
// Enqueues a job, waits for its end, and prints its response, with PHP's own functions alone (PHP 8 or newer):
//
//   enqueue.php SERVER TOKEN_FILE CLIENT_ID REQUEST_ID

[, $server, $tokenFile, $clientID, $requestID] = $argv;
$words = preg_split('/\s+/', trim(file_get_contents($tokenFile)));
define("SERVER", $server);
define("TOKEN", end($words));

/** Calls the server. A lost connection, 429 and 503 are tried again: the request_id makes a second insert harmless. */
function call(string $method, string $path, ?array $body = null): array
{
    for ($pause = 0.1; ; $pause = min($pause * 2, 5)) {
        $head = ["Authorization: Bearer " . TOKEN, "Content-Type: application/json"];
        $options = ["method" => $method, "header" => $head, "ignore_errors" => true, "timeout" => 60];
        if ($body !== null) {
            $options["content"] = json_encode($body);
        }
        $answer = @file_get_contents(SERVER . $path, false, stream_context_create(["http" => $options]));
        if ($answer === false) {
            if ($pause >= 5) {
                throw new RuntimeException("no answer from " . SERVER);
            }
        } else {
            $status = (int) explode(" ", $http_response_header[0])[1];
            $document = json_decode($answer, true, 512, JSON_BIGINT_AS_STRING);
            if ($status < 300) {
                return $document;
            }
            if ($status !== 429 && $status !== 503) {
                throw new RuntimeException("$status: " . $document["detail"]);
            }
        }
        usleep((int) ($pause * 1e6 * random_int(50, 150) / 100));
    }
}

$inserted = call("POST", "/v1/jobs", [
    "use_case" => "echo", "ix_client_id" => $clientID, "request_id" => $requestID, "context" => ["hello" => "world"],
]);
$id = $inserted["job_id"];
do {
    $status = call("GET", "/v1/jobs/$id?wait=30s")["status"];
} while ($status === "pending" || $status === "running");
echo $status, " ", json_encode(call("GET", "/v1/jobs/$id/response")), "\n";
