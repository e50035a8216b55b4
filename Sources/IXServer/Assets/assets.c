#include "ix_assets.h"

#include <zlib.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char index_html[] = {
#embed "files/index.html"
};
static const unsigned char ix_css[] = {
#embed "files/ix.css"
};
static const unsigned char icon_svg[] = {
#embed "files/icon.svg"
};
static const unsigned char ix_js[] = {
#embed "files/ix.js"
};
static const unsigned char kit_js[] = {
#embed "files/kit.js"
};
static const unsigned char live_js[] = {
#embed "files/live.js"
};
static const unsigned char stream_js[] = {
#embed "files/stream.js"
};
static const unsigned char home_js[] = {
#embed "files/home.js"
};
static const unsigned char jobs_js[] = {
#embed "files/jobs.js"
};
static const unsigned char job_js[] = {
#embed "files/job.js"
};
static const unsigned char act_js[] = {
#embed "files/act.js"
};
static const unsigned char dialog_js[] = {
#embed "files/dialog.js"
};
static const unsigned char tree_js[] = {
#embed "files/tree.js"
};
static const unsigned char pipelines_js[] = {
#embed "files/pipelines.js"
};
static const unsigned char daemons_js[] = {
#embed "files/daemons.js"
};
static const unsigned char callbacks_js[] = {
#embed "files/callbacks.js"
};
static const unsigned char schedules_js[] = {
#embed "files/schedules.js"
};
static const unsigned char queues_js[] = {
#embed "files/queues.js"
};
static const unsigned char history_js[] = {
#embed "files/history.js"
};
static const unsigned char chart_js[] = {
#embed "files/chart.js"
};
static const unsigned char activity_js[] = {
#embed "files/activity.js"
};

#define FILE(name, bytes) {name, bytes, sizeof bytes}

static const ix_asset assets[] = {
    FILE("index.html", index_html),
    FILE("ix.css", ix_css),
    FILE("icon.svg", icon_svg),
    FILE("ix.js", ix_js),
    FILE("kit.js", kit_js),
    FILE("live.js", live_js),
    FILE("stream.js", stream_js),
    FILE("home.js", home_js),
    FILE("jobs.js", jobs_js),
    FILE("job.js", job_js),
    FILE("act.js", act_js),
    FILE("dialog.js", dialog_js),
    FILE("tree.js", tree_js),
    FILE("pipelines.js", pipelines_js),
    FILE("daemons.js", daemons_js),
    FILE("callbacks.js", callbacks_js),
    FILE("queues.js", queues_js), FILE("schedules.js", schedules_js),
    FILE("history.js", history_js),
    FILE("chart.js", chart_js),
    FILE("activity.js", activity_js),
    {0, 0, 0},
};

const ix_asset *ix_assets(void) { return assets; }

size_t ix_gzip(const unsigned char *bytes, size_t count, unsigned char *out, size_t room) {
    z_stream stream = {0};
    // 15 bits of window; 16 more ask for the frame of gzip.
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return 0;
    stream.next_in = (unsigned char *)bytes;
    stream.avail_in = (unsigned int)count;
    stream.next_out = out;
    stream.avail_out = (unsigned int)room;
    int result = deflate(&stream, Z_FINISH);
    size_t written = stream.total_out;
    deflateEnd(&stream);
    return result == Z_STREAM_END ? written : 0;
}
