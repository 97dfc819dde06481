/* The forwarding thread: waits, reads one turn's datagrams, gives each destination its run. */
#define _GNU_SOURCE
#include "floor.h"
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { TABLE = 4096, MAX_STREAMS = 1024 };

struct stream {
    int id;
    struct destination *to;
    int count, room;
    struct packet turn[MAX_TURN];
    int pending;
};

struct source {
    struct sockaddr_in address;
    struct stream *stream;
};

static const struct options *options;
static const struct method *method;
static int shared_fd, thread_id;
static pthread_t thread;
static atomic_bool ending;
static struct stream *streams[MAX_STREAMS];
static struct source sources[TABLE];
static _Atomic uint64_t turns, received, unknown;
static _Atomic uint32_t most_in_turn;
_Atomic uint64_t sent_packets, send_calls, failed_packets;

static struct sockaddr_in local_address(int port) {
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
    if (inet_pton(AF_INET, options->ip, &address.sin_addr) != 1) die(options->ip);
    return address;
}

static void set_int(int fd, int level, int name, int value, const char *what) {
    if (setsockopt(fd, level, name, &value, sizeof value) == -1) die(what);
}

/* Every socket of the forwarder has the same port, as an SFU behind one open port has. */
static int open_socket(struct sockaddr_in address) {
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd == -1) die("socket");
    set_int(fd, SOL_SOCKET, SO_REUSEPORT, 1, "SO_REUSEPORT");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &(int){ 4 << 20 }, sizeof(int)) == -1)
        set_int(fd, SOL_SOCKET, SO_RCVBUF, 4 << 20, "SO_RCVBUF");
    if (options->send_buffer && setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &options->send_buffer, sizeof(int)) == -1)
        set_int(fd, SOL_SOCKET, SO_SNDBUF, options->send_buffer, "SO_SNDBUF");
    if (options->pmtu >= 0) set_int(fd, IPPROTO_IP, IP_MTU_DISCOVER, options->pmtu, "IP_MTU_DISCOVER");
    if (options->priority >= 0) set_int(fd, SOL_SOCKET, SO_PRIORITY, options->priority, "SO_PRIORITY");
    if (options->busy_poll) set_int(fd, SOL_SOCKET, SO_BUSY_POLL, options->busy_poll, "SO_BUSY_POLL");
    if (options->no_check) set_int(fd, SOL_SOCKET, SO_NO_CHECK, 1, "SO_NO_CHECK");
    if (options->zero_copy) set_int(fd, SOL_SOCKET, SO_ZEROCOPY, 1, "SO_ZEROCOPY");
    if (bind(fd, (struct sockaddr *)&address, sizeof address) == -1) die("bind");
    return fd;
}

static struct source *find_source(const struct sockaddr_in *address) {
    uint32_t at = (address->sin_addr.s_addr * 2654435761u ^ address->sin_port * 40503u) % TABLE;
    while (sources[at].stream && (sources[at].address.sin_port != address->sin_port || sources[at].address.sin_addr.s_addr != address->sin_addr.s_addr))
        at = (at + 1) % TABLE;
    return &sources[at];
}

static void subscribe(struct stream *stream, const struct sockaddr_in *address) {
    if (stream->count == stream->room) {
        stream->room = stream->room ? stream->room * 2 : 16;
        stream->to = realloc(stream->to, (size_t)stream->room * sizeof *stream->to);
        if (!stream->to) die("memory");
    }
    struct destination *destination = &stream->to[stream->count++];
    *destination = (struct destination){ .address = *address, .fd = shared_fd };
    if (method->connected) {
        /* Bound and not yet connected, a socket of the shared one's address would take all that is for the shared one, whatever SO_REUSEPORT
         * is said to spread. One that is bound to no address is looked at only after it, and has its address from connecting. */
        struct sockaddr_in anywhere = { .sin_family = AF_INET, .sin_port = htons((uint16_t)forward_port()) };
        destination->fd = open_socket(anywhere);
        if (connect(destination->fd, (const struct sockaddr *)address, sizeof *address) == -1) die("connect");
    }
    if (method->add) method->add(destination);
}

static void control(const uint8_t *data, uint32_t size, const struct sockaddr_in *from) {
    char text[64], role[16];
    int id;
    snprintf(text, sizeof text, "%.*s", (int)size, (const char *)data);
    if (sscanf(text, "floor %15s %d", role, &id) != 2 || id < 0 || id >= MAX_STREAMS) return;
    if (!streams[id]) streams[id] = calloc(1, sizeof **streams);
    if (!streams[id]) die("memory");
    streams[id]->id = id;
    if (strcmp(role, "subscribe") == 0) subscribe(streams[id], from);
    else if (strcmp(role, "publish") == 0) *find_source(from) = (struct source){ *from, streams[id] };
    sendto(shared_fd, "floor ok", 8, 0, (const struct sockaddr *)from, sizeof *from);
}

static void send_turn(struct stream **touched, int count) {
    for (int s = 0; s < count; s++) {
        struct stream *stream = touched[s];
        for (int d = 0; d < stream->count; d++) method->run(&stream->to[d], stream->turn, stream->pending);
        stream->pending = 0;
    }
    method->flush();
    arena_reset();
}

static void take_turn(struct mmsghdr *messages, struct sockaddr_in *from, int count) {
    struct stream *touched[MAX_TURN];
    int touched_count = 0;
    for (int m = 0; m < count; m++) {
        uint8_t *data = messages[m].msg_hdr.msg_iov->iov_base;
        uint32_t size = messages[m].msg_len;
        if (size > 0 && data[0] == CONTROL_BYTE) {
            control(data, size, &from[m]);
            continue;
        }
        struct stream *stream = find_source(&from[m])->stream;
        if (!stream || size < RTP_HEADER) {
            count_up(&unknown, 1);
            continue;
        }
        if (stream->pending == 0) touched[touched_count++] = stream;
        stream->turn[stream->pending++] = (struct packet){ data, size };
    }
    send_turn(touched, touched_count);
    count_up(&turns, 1);
    count_up(&received, (uint64_t)count);
    if ((uint32_t)count > most_in_turn) most_in_turn = (uint32_t)count;
}

static void *forward(void *unused) {
    (void)unused;
    pin_this_thread(options->forward_core);
    thread_id = this_thread();
    static uint8_t buffers[MAX_TURN][MAX_DATAGRAM];
    static struct sockaddr_in from[MAX_TURN];
    static struct iovec parts[MAX_TURN];
    static struct mmsghdr messages[MAX_TURN];
    bool block = strcmp(options->wait, "block") == 0;
    int poll = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = { .events = EPOLLIN };
    if (poll == -1 || epoll_ctl(poll, EPOLL_CTL_ADD, shared_fd, &event) == -1) die("epoll");
    while (!ending) {
        for (int m = 0; m < MAX_TURN; m++) {
            parts[m] = (struct iovec){ buffers[m], MAX_DATAGRAM };
            messages[m].msg_hdr = (struct msghdr){ .msg_name = &from[m], .msg_namelen = sizeof from[m], .msg_iov = &parts[m], .msg_iovlen = 1 };
        }
        if (!block && epoll_wait(poll, &event, 1, 200) <= 0) continue;
        int count = recvmmsg(shared_fd, messages, MAX_TURN, block ? MSG_WAITFORONE : MSG_DONTWAIT, NULL);
        if (count > 0) take_turn(messages, from, count);
        else if (count == -1 && errno != EAGAIN && errno != EINTR && errno != ECONNREFUSED) die("recvmmsg");
    }
    close(poll);
    return NULL;
}

void forward_start(const struct options *given) {
    options = given;
    method = find_method(given->method);
    shared_fd = open_socket(local_address(given->port));
    /* A blocked read looks up now and then whether to end. */
    struct timeval patience = { .tv_usec = 200000 };
    if (setsockopt(shared_fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == -1) die("SO_RCVTIMEO");
    method->start(given, shared_fd);
    if (pthread_create(&thread, NULL, forward, NULL) != 0) die("thread");
}

void forward_stop(void) {
    ending = true;
    pthread_join(thread, NULL);
}

int forward_port(void) {
    struct sockaddr_in address;
    socklen_t size = sizeof address;
    if (getsockname(shared_fd, (struct sockaddr *)&address, &size) == -1) die("getsockname");
    return ntohs(address.sin_port);
}

struct forward_counts forward_read(void) {
    return (struct forward_counts){ turns, received, sent_packets, failed_packets, unknown, send_calls, thread_cpu_ns(thread_id),
        thread_voluntary_switches(thread_id), most_in_turn };
}
