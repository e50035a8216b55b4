#!/usr/bin/env node
// The smallest `worker` pipeline: returns the request's context.
import { serve } from "./ix-pipeline.mjs";

serve((request) => ({ context: request.context ?? null }));
