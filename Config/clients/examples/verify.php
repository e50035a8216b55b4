#!/usr/bin/env php
<?php
// Verifies a callback, as a receiver does. Reads a line of `ixctl listen PORT --json` and prints the webhook-id of a genuine one:
//
//   verify.php SECRET

/** True when one of the signatures is ours. The time bounds how long a recorded callback can be sent again. */
function is_genuine(string $secret, string $id, string $timestamp, string $signatures, string $body): bool
{
    if (abs(time() - (int) $timestamp) > 300) {
        return false;
    }
    $key = base64_decode(substr($secret, strlen("whsec_")));
    $ours = "v1," . base64_encode(hash_hmac("sha256", "$id.$timestamp.$body", $key, true));
    foreach (explode(" ", $signatures) as $theirs) {
        if (hash_equals($ours, $theirs)) {
            return true;
        }
    }
    return false;
}

$received = json_decode(fgets(STDIN), true);
$headers = $received["headers"];
$id = $headers["webhook-id"];
if (!is_genuine($argv[1], $id, $headers["webhook-timestamp"], $headers["webhook-signature"] ?? "", $received["body"])) {
    echo "not genuine\n";
    exit(1);
}
echo $id, "\n";
