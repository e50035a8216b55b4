#!/usr/bin/env ruby
# Verifies a callback, as a receiver does. Reads a line of `ixctl listen PORT --json` and prints the webhook-id of a genuine one:
#
#   verify.rb SECRET
require "base64"
require "json"
require "openssl"

# True when one of the signatures is ours. The time bounds how long a recorded callback can be sent again.
def genuine?(secret, id, timestamp, signatures, body)
  return false if (Time.now.to_i - timestamp.to_i).abs > 300

  key = Base64.decode64(secret.delete_prefix("whsec_"))
  ours = "v1," + Base64.strict_encode64(OpenSSL::HMAC.digest("SHA256", key, "#{id}.#{timestamp}.#{body}"))
  signatures.split.any? { |theirs| OpenSSL.secure_compare(ours, theirs) }
end

received = JSON.parse($stdin.gets)
headers = received["headers"]
id, timestamp, signatures = headers.values_at("webhook-id", "webhook-timestamp", "webhook-signature")
abort "not genuine" unless genuine?(ARGV[0], id, timestamp, signatures, received["body"])
puts id
