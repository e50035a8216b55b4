// Enqueues a job, waits for its end, and prints its response, with net/http alone:
//
//	go run enqueue.go SERVER TOKEN_FILE CLIENT_ID REQUEST_ID
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

var server, token string

// call sends a request. A lost connection, 429 and 503 are tried again: the request_id makes a second insert harmless.
func call(method, path, body, key string) string {
	for pause := 100 * time.Millisecond; ; pause *= 2 {
		request, err := http.NewRequest(method, server+path, strings.NewReader(body))
		if err != nil {
			panic(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		if body != "" {
			request.Header.Set("Content-Type", "application/json")
			request.Header.Set("Idempotency-Key", key)
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			text, failed := io.ReadAll(answer.Body)
			answer.Body.Close()
			if failed == nil && answer.StatusCode < 300 {
				return string(text)
			}
			if answer.StatusCode != 429 && answer.StatusCode != 503 {
				panic(string(text))
			}
		}
		if pause > 20*time.Second {
			panic("the server can't be asked")
		}
		time.Sleep(pause)
	}
}

func main() {
	file, err := os.ReadFile(os.Args[2])
	if err != nil {
		panic(err)
	}
	words := strings.Fields(string(file))
	server, token = os.Args[1], words[len(words)-1]
	body := fmt.Sprintf(`{"use_case": "echo", "ix_client_id": %q, "context": {"hello": "world"}}`, os.Args[3])
	id := strings.Split(call("POST", "/v1/jobs", body, os.Args[4]), `"`)[3]
	for strings.Contains(call("GET", "/v1/jobs/"+id+"?wait=30s", "", ""), `"finished_at":null`) {
	}
	fmt.Println(call("GET", "/v1/jobs/"+id+"/response", "", ""))
}
