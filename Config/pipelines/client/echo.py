#!/usr/bin/env python3
"""The smallest `worker` pipeline: returns the request's context."""
import ix_pipeline

ix_pipeline.serve(lambda request, job: {"context": request.get("context")})
