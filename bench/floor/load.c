/* The other core of a run without sfugen: publishers that keep a rhythm, and subscribers' sockets read as sfugen reads them. */
#define _GNU_SOURCE
#include "floor.h"
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { EVENTS = 128, STEPS = 32, BINS = STEPS * 40 };

/* A stream of packets due at a steady interval. */
struct rhythm {
    int fd, packets, size;
    bool video;
    int64_t next_ns, interval_ns;
    uint16_t sequence;
    int frame_left, frame_bytes;
};

static const struct options *options;
static pthread_t publish_thread, sink_thread;
static atomic_bool ending_publishers, ending_sink, measuring;
static atomic_int sink_id, publisher_id;
static int server_port, *sinks, sink_count;
static struct rhythm *rhythms;
static int rhythm_count;
static _Atomic uint64_t published, arrived;
static uint64_t bins[BINS], measured;
static int64_t longest_us;
static uint64_t wakeups_before, wakeups_after, cpu_before, cpu_after;
static uint64_t random_state = 88172645463325252u;

static uint32_t random_below(uint32_t bound) {
    random_state ^= random_state << 13;
    random_state ^= random_state >> 7;
    random_state ^= random_state << 17;
    return (uint32_t)((random_state >> 11) % bound);
}

static int join(const char *role, int stream) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = { .sin_family = AF_INET };
    inet_pton(AF_INET, options->ip, &address.sin_addr);
    if (fd == -1 || bind(fd, (struct sockaddr *)&address, sizeof address) == -1) die("a client's socket");
    setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &(int){ 1 }, sizeof(int));
    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &(int){ 4 << 20 }, sizeof(int));
    char text[64];
    int size = snprintf(text, sizeof text, "floor %s %d", role, stream);
    address.sin_port = htons((uint16_t)server_port);
    struct pollfd readable = { .fd = fd, .events = POLLIN };
    if (sendto(fd, text, (size_t)size, 0, (struct sockaddr *)&address, sizeof address) == -1 || poll(&readable, 1, 2000) != 1) die("the floor did not answer");
    if (recv(fd, text, sizeof text, 0) != 8) die("the floor answered wrongly");
    return fd;
}

/* As libwebrtc splits a frame: about equal, the rest going to the last packets, one byte each. */
static int frame_packet_size(struct rhythm *rhythm) {
    if (rhythm->frame_left == 0) {
        rhythm->frame_left = options->frame;
        rhythm->frame_bytes = options->frame * (options->video_size * 3 / 5) + (int)random_below((uint32_t)(options->frame * options->video_size * 2 / 5 + 1));
    }
    int size = rhythm->frame_bytes / rhythm->frame_left;
    rhythm->frame_bytes -= size;
    rhythm->frame_left--;
    return size;
}

static int next_size(struct rhythm *rhythm) {
    if (!rhythm->video || options->sizes[0] == 'c') return rhythm->size;
    return options->sizes[0] == 'f' ? frame_packet_size(rhythm) : options->video_size / 2 + (int)random_below((uint32_t)(options->video_size / 2 + 1));
}

static void publish_one(struct rhythm *rhythm) {
    static uint8_t packet[MAX_DATAGRAM] = { 0x80 };
    int size = next_size(rhythm);
    packet[1] = rhythm->video ? 96 : 111;
    packet[2] = (uint8_t)(rhythm->sequence >> 8);
    packet[3] = (uint8_t)rhythm->sequence++;
    int64_t now = realtime_ns();
    memcpy(packet + RTP_HEADER, &now, sizeof now);
    if (send(rhythm->fd, packet, (size_t)size, 0) == size) count_up(&published, 1);
}

static void *publish(void *unused) {
    (void)unused;
    pin_this_thread(options->load_core);
    prctl(PR_SET_TIMERSLACK, 1);
    publisher_id = this_thread();
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    int64_t start = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
    for (int r = 0; r < rhythm_count; r++) rhythms[r].next_ns = start + random_below((uint32_t)rhythms[r].interval_ns);
    while (!ending_publishers) {
        struct rhythm *due = &rhythms[0];
        for (int r = 1; r < rhythm_count; r++)
            if (rhythms[r].next_ns < due->next_ns) due = &rhythms[r];
        struct timespec at = { due->next_ns / 1000000000, due->next_ns % 1000000000 };
        while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR) { }
        for (int p = 0; p < due->packets; p++) publish_one(due);
        due->next_ns += due->interval_ns;
    }
    return NULL;
}

static void add_to_histogram(int64_t us) {
    if (us < 0) us = 0;
    if (us > longest_us) longest_us = us;
    int bin = (int)us;
    if (us >= 2 * STEPS) {
        int shift = 63 - __builtin_clzll((unsigned long long)us) - 5;
        bin = STEPS * shift + (int)(us >> shift);
    }
    bins[bin < BINS ? bin : BINS - 1]++;
    measured++;
}

static double quantile(double share) {
    uint64_t wanted = (uint64_t)(share * (double)measured), seen = 0;
    for (int b = 0; b < BINS; b++) {
        seen += bins[b];
        if (seen > wanted) return b < 2 * STEPS ? b : (double)((int64_t)(b % STEPS + STEPS) << (b / STEPS - 1));
    }
    return (double)longest_us;
}

static void read_until_empty(int fd) {
    static uint8_t packet[2048], control[256];
    for (;;) {
        struct iovec part = { packet, sizeof packet };
        struct sockaddr_in from;
        struct msghdr message = { .msg_name = &from, .msg_namelen = sizeof from, .msg_iov = &part, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control };
        ssize_t size = recvmsg(fd, &message, 0);
        if (size < 0) return;
        if (size < RTP_HEADER + 8 || packet[0] != 0x80) continue;
        count_up(&arrived, 1);
        if (!measuring) continue;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        if (!header || header->cmsg_type != SCM_TIMESTAMPNS) continue;
        struct timespec received;
        int64_t sent;
        memcpy(&received, CMSG_DATA(header), sizeof received);
        memcpy(&sent, packet + RTP_HEADER, sizeof sent);
        add_to_histogram(((int64_t)received.tv_sec * 1000000000 + received.tv_nsec - sent) / 1000);
    }
}

static void *sink(void *unused) {
    (void)unused;
    pin_this_thread(options->load_core);
    sink_id = this_thread();
    if (strcmp(options->sink, "sweep") == 0) {
        while (!ending_sink) {
            nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
            for (int s = 0; s < sink_count; s++) read_until_empty(sinks[s]);
        }
        return NULL;
    }
    int poll = epoll_create1(EPOLL_CLOEXEC);
    for (int s = 0; s < sink_count; s++) {
        struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.fd = sinks[s] };
        if (epoll_ctl(poll, EPOLL_CTL_ADD, sinks[s], &event) == -1) die("the sink's epoll");
    }
    struct epoll_event events[EVENTS];
    while (!ending_sink) {
        int count = epoll_wait(poll, events, EVENTS, 200);
        for (int e = 0; e < count; e++)
            if (events[e].events & EPOLLIN) read_until_empty(events[e].data.fd);
    }
    close(poll);
    return NULL;
}

static void add_rhythm(int fd, bool video) {
    int rate = video ? options->video_rate : options->audio_rate, packets = video && options->burst ? options->frame : 1;
    if (rate <= 0) return;
    rhythms[rhythm_count++] = (struct rhythm){ .fd = fd, .packets = packets, .video = video, .size = video ? options->video_size : options->audio_size,
        .interval_ns = (int64_t)1000000000 * packets / rate };
}

static void add_publisher(int stream) {
    int fd = join("publish", stream);
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)server_port) };
    inet_pton(AF_INET, options->ip, &address.sin_addr);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == -1) die("connect");
    add_rhythm(fd, true);
    add_rhythm(fd, false);
}

void load_start(const struct options *given, int port) {
    options = given;
    server_port = port;
    int publishers = given->rooms ? given->rooms * given->people : 1, each = given->rooms ? given->people - 1 : given->subscribers;
    sinks = calloc((size_t)(publishers * each), sizeof *sinks);
    rhythms = calloc((size_t)publishers * 2, sizeof *rhythms);
    if (!sinks || !rhythms) die("memory");
    for (int p = 0; p < publishers; p++) {
        add_publisher(p);
        for (int s = 0; s < each; s++) sinks[sink_count++] = join("subscribe", p);
    }
    if (rhythm_count == 0) {
        fprintf(stderr, "floor: nothing to publish\n");
        exit(2);
    }
    if (pthread_create(&sink_thread, NULL, sink, NULL) != 0 || pthread_create(&publish_thread, NULL, publish, NULL) != 0) die("thread");
}

void load_measure(bool on) {
    uint64_t wakeups = thread_voluntary_switches(sink_id), cpu = thread_cpu_ns(sink_id) + thread_cpu_ns(publisher_id);
    if (on) {
        wakeups_before = wakeups;
        cpu_before = cpu;
    } else {
        wakeups_after = wakeups;
        cpu_after = cpu;
    }
    measuring = on;
}

void load_stop(void) {
    ending_publishers = true;
    pthread_join(publish_thread, NULL);
    /* What is still queued between the cores arrives in a moment; ten quiet milliseconds say that it has. */
    uint64_t before;
    do {
        before = arrived;
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    } while (arrived != before);
    ending_sink = true;
    pthread_join(sink_thread, NULL);
}

struct load_counts load_read(void) {
    return (struct load_counts){ published, arrived, wakeups_after - wakeups_before, quantile(.5), quantile(.99), (double)longest_us, (double)(cpu_after - cpu_before) / 1e9 };
}
