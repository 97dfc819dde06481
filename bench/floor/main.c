/* floor: what forwarding costs with no SFU in it. One thread receives RTP-like datagrams and sends a copy of each to N
 * destinations on loopback, by one of several system calls; its CPU time per sent packet is the least that any server
 * with that system call can reach here.
 *
 * Why a sink of its own kind: on loopback the kernel delivers inside the sender's system call, so who waits for the packet
 * decides what sending costs. A thread asleep in epoll_wait must be woken (a scheduler call and, on an idle core, an
 * interrupt to it), a thread that is busy reading need not. sfugen's subscribers are N sockets in one edge-triggered
 * epoll read by one thread (Go's poller on one core), each with SO_TIMESTAMPNS; --sink epoll is the same in C, and is what
 * figures are compared with. --sink sweep wakes by the clock and is never woken by a packet: what it costs less is the
 * wake-ups' share. With --serve there is no sink here at all: sfugen itself (-adapter floor) is publisher and sink, so that
 * the floor is measured by the same generator as the servers; it encrypts and decrypts as it does for them.
 *
 * Only the forwarding thread is counted (/proc/self/task/T/schedstat, nanoseconds). Publisher and sink are on the other core. */
#define _GNU_SOURCE
#include "floor.h"
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static struct options options = {
    .method = "sendmmsg", .wait = "epoll", .pmtu = -1, .priority = -1, .ip = "127.0.0.1", .forward_core = 0, .load_core = 1,
    .subscribers = 50, .people = 5, .video_rate = 260, .video_size = 1200, .frame = 10, .audio_rate = 50, .audio_size = 132,
    .sizes = "constant", .sink = "epoll", .warm = 0.5, .seconds = 3, .label = "",
};

enum option_id {
    O_METHOD = 256, O_COPY, O_PAD, O_GROUP, O_WAIT, O_SNDBUF, O_PMTU, O_PRIORITY, O_BUSY_POLL, O_NO_CHECK, O_ZERO_COPY, O_PKTINFO,
    O_IP, O_PORT, O_SERVE, O_CORES, O_SUBSCRIBERS, O_ROOMS, O_PEOPLE, O_VPPS, O_VSIZE, O_PERFRAME, O_APPS, O_ASIZE, O_BURST,
    O_SIZES, O_SINK, O_WARM, O_SECONDS, O_LABEL, O_HELP,
};

static const struct option names[] = {
    { "method", 1, NULL, O_METHOD }, { "copy", 0, NULL, O_COPY }, { "pad", 1, NULL, O_PAD }, { "group", 1, NULL, O_GROUP },
    { "wait", 1, NULL, O_WAIT }, { "sndbuf", 1, NULL, O_SNDBUF }, { "pmtu", 1, NULL, O_PMTU }, { "priority", 1, NULL, O_PRIORITY },
    { "busy-poll", 1, NULL, O_BUSY_POLL }, { "no-check", 0, NULL, O_NO_CHECK }, { "zerocopy", 0, NULL, O_ZERO_COPY },
    { "pktinfo", 0, NULL, O_PKTINFO }, { "ip", 1, NULL, O_IP }, { "port", 1, NULL, O_PORT }, { "serve", 0, NULL, O_SERVE },
    { "cores", 1, NULL, O_CORES }, { "n", 1, NULL, O_SUBSCRIBERS }, { "rooms", 1, NULL, O_ROOMS }, { "people", 1, NULL, O_PEOPLE },
    { "vpps", 1, NULL, O_VPPS }, { "vsize", 1, NULL, O_VSIZE }, { "perframe", 1, NULL, O_PERFRAME }, { "apps", 1, NULL, O_APPS },
    { "asize", 1, NULL, O_ASIZE }, { "burst", 0, NULL, O_BURST }, { "sizes", 1, NULL, O_SIZES }, { "sink", 1, NULL, O_SINK },
    { "warm", 1, NULL, O_WARM }, { "seconds", 1, NULL, O_SECONDS }, { "label", 1, NULL, O_LABEL }, { "help", 0, NULL, O_HELP },
    { NULL, 0, NULL, 0 },
};

void die(const char *what) {
    fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void usage(void) {
    fprintf(stderr, "floor --method %s\n"
        "  [--copy] [--pad BYTES] [--group DESTINATIONS] [--wait epoll|block] [--sndbuf B] [--pmtu 0-5] [--priority P] [--busy-poll US]\n"
        "  [--no-check] [--zerocopy] [--pktinfo] [--ip A] [--port P] [--serve] [--cores FORWARDER,LOAD]\n"
        "  [--n SUBSCRIBERS | --rooms R --people P] [--vpps R --vsize B --perframe N --burst] [--apps R --asize B]\n"
        "  [--sizes constant|frame|packet] [--sink epoll|sweep] [--warm S] [--seconds S] [--label TEXT]\n", method_names());
    exit(2);
}

static bool one_of(const char *word, const char *first, const char *second, const char *third) {
    return strcmp(word, first) == 0 || strcmp(word, second) == 0 || (third && strcmp(word, third) == 0);
}

static void read_options(int count, char **words) {
    int id;
    while ((id = getopt_long(count, words, "", names, NULL)) != -1) {
        switch (id) {
        case O_METHOD: options.method = optarg; break;
        case O_COPY: options.copy = true; break;
        case O_PAD: options.pad = atoi(optarg); break;
        case O_GROUP: options.group = atoi(optarg); break;
        case O_WAIT: options.wait = optarg; break;
        case O_SNDBUF: options.send_buffer = atoi(optarg); break;
        case O_PMTU: options.pmtu = atoi(optarg); break;
        case O_PRIORITY: options.priority = atoi(optarg); break;
        case O_BUSY_POLL: options.busy_poll = atoi(optarg); break;
        case O_NO_CHECK: options.no_check = true; break;
        case O_ZERO_COPY: options.zero_copy = true; break;
        case O_PKTINFO: options.packet_info = true; break;
        case O_IP: options.ip = optarg; break;
        case O_PORT: options.port = atoi(optarg); break;
        case O_SERVE: options.serve = true; break;
        case O_CORES: if (sscanf(optarg, "%d,%d", &options.forward_core, &options.load_core) != 2) usage(); break;
        case O_SUBSCRIBERS: options.subscribers = atoi(optarg); break;
        case O_ROOMS: options.rooms = atoi(optarg); break;
        case O_PEOPLE: options.people = atoi(optarg); break;
        case O_VPPS: options.video_rate = atoi(optarg); break;
        case O_VSIZE: options.video_size = atoi(optarg); break;
        case O_PERFRAME: options.frame = atoi(optarg); break;
        case O_APPS: options.audio_rate = atoi(optarg); break;
        case O_ASIZE: options.audio_size = atoi(optarg); break;
        case O_BURST: options.burst = true; break;
        case O_SIZES: options.sizes = optarg; break;
        case O_SINK: options.sink = optarg; break;
        case O_WARM: options.warm = atof(optarg); break;
        case O_SECONDS: options.seconds = atof(optarg); break;
        case O_LABEL: options.label = optarg; break;
        default: usage();
        }
    }
    bool sound = optind == count && find_method(options.method) && one_of(options.wait, "epoll", "block", NULL)
        && one_of(options.sizes, "constant", "frame", "packet") && one_of(options.sink, "epoll", "sweep", NULL)
        && options.video_size >= 64 && options.video_size <= 1400 && options.audio_size >= 64 && options.audio_size <= 1400
        && options.frame >= 1 && options.frame <= 60 && options.pad >= 0 && options.pad <= 255 && (options.pad == 0 || options.copy);
    if (!sound) usage();
}

static void wait_seconds(double seconds) {
    struct timespec span = { (time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9) };
    while (nanosleep(&span, &span) == -1 && errno == EINTR) { }
}

static void serve(void) {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    sigprocmask(SIG_BLOCK, &ends, NULL);
    forward_start(&options);
    printf("{\"port\":%d}\n", forward_port());
    fflush(stdout);
    int signal_number;
    sigwait(&ends, &signal_number);
}

static void measure(void) {
    forward_start(&options);
    load_start(&options, forward_port());
    wait_seconds(options.warm);
    struct forward_counts before = forward_read();
    load_measure(true);
    wait_seconds(options.seconds);
    struct forward_counts after = forward_read();
    load_measure(false);
    load_stop();
    struct load_counts load = load_read();
    /* What was under way at either end of the measured time makes these two differ by a turn's packets at most. */
    struct forward_counts last = forward_read();
    uint64_t sent = after.sent - before.sent, turns = after.turns - before.turns;
    printf("{\"label\":\"%s\",\"method\":\"%s\",\"copy\":%s,\"pad\":%d,\"group\":%d,\"wait\":\"%s\",\"sink\":\"%s\",\"sizes\":\"%s\",\"burst\":%s,"
        "\"rooms\":%d,\"people\":%d,\"subscribers\":%d,\"seconds\":%.1f,\"sent\":%llu,\"cpu_us_per_packet\":%.3f,\"cpu_core\":%.4f,"
        "\"packets_per_turn\":%.2f,\"most_in_turn\":%u,\"packets_per_send\":%.2f,\"forwarder_sleeps_per_turn\":%.2f,\"sink_wakeups_per_packet\":%.3f,"
        "\"p50_us\":%.0f,\"p99_us\":%.0f,\"max_us\":%.0f,\"lost\":%lld,\"failed\":%llu,\"unknown\":%llu,\"load_core\":%.3f}\n",
        options.label, options.method, options.copy ? "true" : "false", options.pad, options.group, options.wait, options.sink, options.sizes,
        options.burst ? "true" : "false", options.rooms, options.rooms ? options.people : 0, options.rooms ? 0 : options.subscribers, options.seconds,
        (unsigned long long)sent, sent ? (double)(after.cpu_ns - before.cpu_ns) / 1e3 / (double)sent : 0,
        (double)(after.cpu_ns - before.cpu_ns) / 1e9 / options.seconds, turns ? (double)(after.received - before.received) / (double)turns : 0,
        after.most_in_turn, after.sends > before.sends ? (double)sent / (double)(after.sends - before.sends) : 0,
        turns ? (double)(after.voluntary_switches - before.voluntary_switches) / (double)turns : 0,
        sent ? (double)load.wakeups / (double)sent : 0, load.p50_us, load.p99_us, load.max_us,
        (long long)(last.sent - load.arrived), (unsigned long long)last.failed, (unsigned long long)last.unknown, load.cpu_s / options.seconds);
    forward_stop();
}

int main(int count, char **words) {
    read_options(count, words);
    if (options.serve) serve();
    else measure();
    return 0;
}
