#!/usr/bin/env ruby
# Enqueues a job, waits for its end, and prints its response, with Ruby's own library alone (Ruby 2.7 or newer):
#
#   enqueue.rb SERVER TOKEN_FILE CLIENT_ID REQUEST_ID
require "json"
require "net/http"

server, token_file, client_id, request_id = ARGV
TOKEN = File.read(token_file).split.last
SERVER = URI(server)

# Calls the server. A lost connection, 429 and 503 are tried again: the request_id makes a second insert harmless.
def call(method, path, body = nil)
  pause = 0.1
  loop do
    begin
      request = Net::HTTPGenericRequest.new(method, !body.nil?, true, path, { "Authorization" => "Bearer #{TOKEN}" })
      if body
        request["Content-Type"] = "application/json"
        request.body = JSON.generate(body)
      end
      answer = Net::HTTP.start(SERVER.host, SERVER.port, use_ssl: SERVER.scheme == "https") { |http| http.request(request) }
      return JSON.parse(answer.body) if answer.is_a?(Net::HTTPSuccess)
      raise "#{answer.code}: #{JSON.parse(answer.body)["detail"]}" unless %w[429 503].include?(answer.code)
    rescue SystemCallError, EOFError, Timeout::Error
      raise if pause >= 5
    end
    sleep(pause * rand(0.5..1.5))
    pause = [pause * 2, 5].min
  end
end

inserted = call("POST", "/v1/jobs", { use_case: "echo", ix_client_id: client_id, request_id: request_id,
                                      context: { hello: "world" } })
id = inserted["job_id"]
status = nil
status = call("GET", "/v1/jobs/#{id}?wait=30s")["status"] until %w[done error].include?(status)
puts "#{status} #{JSON.generate(call("GET", "/v1/jobs/#{id}/response"))}"
