/* What the parts of the floor share: see main.c for what this program measures and why. */
#ifndef FLOOR_H
#define FLOOR_H

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    MAX_TURN = 64,          /* datagrams that one turn may read, as in the engine */
    MAX_DATAGRAM = 1500,
    MAX_SEGMENTS = 64,      /* UDP_MAX_SEGMENTS of Linux before 6.9 */
    MAX_GSO_BYTES = 65000,
    RTP_HEADER = 12,
    CONTROL_BYTE = 'f',     /* "floor publish 7", "floor subscribe 7": no RTP packet begins like this */
};

struct options {
    const char *method;
    bool copy;              /* the payload is copied for every destination, as encryption would write it */
    int pad;                /* GSO runs may be padded by so many bytes a packet to be of equal size */
    int group;              /* destinations per sendmmsg; 0: all that the turn has */
    const char *wait;       /* epoll, block */
    int send_buffer;        /* SO_SNDBUF, 0: the system's */
    int pmtu;               /* IP_MTU_DISCOVER, -1: the system's */
    int priority;           /* SO_PRIORITY, -1: the system's */
    int busy_poll;          /* SO_BUSY_POLL in microseconds, 0: none */
    bool no_check;          /* SO_NO_CHECK */
    bool zero_copy;         /* MSG_ZEROCOPY, with the notifications read each turn */
    bool packet_info;       /* IP_PKTINFO names the local address of each unconnected send */

    const char *ip;
    int port;
    bool serve;             /* only the forwarder: a generator outside connects to it */
    int forward_core, load_core;

    int subscribers;        /* one publisher to so many, unless rooms */
    int rooms, people;
    int video_rate, video_size, frame, audio_rate, audio_size;
    bool burst;
    const char *sizes;      /* constant, frame, packet */
    const char *sink;       /* epoll, sweep */
    double warm, seconds;
    const char *label;
};

struct packet {
    uint8_t *data;
    uint32_t size;
};

struct destination {
    struct sockaddr_in address;
    int fd;                 /* connected socket, or the shared one */
    int file;               /* its index among io_uring's registered files */
};

/* One way to send. Runs of a turn are given destination by destination; flush ends the turn. */
struct method {
    const char *name;
    bool connected;
    void (*start)(const struct options *options, int shared_fd);
    void (*add)(struct destination *destination);
    void (*run)(struct destination *destination, const struct packet *packets, int count);
    void (*flush)(void);
};

/* NULL when there is none of that name. */
const struct method *find_method(const char *name);
const char *method_names(void);

extern const struct method uring_method, uring_gso_method;

/* Space for a copy of this turn's payloads. */
/* What every method needs before its first run. */
void send_start(const struct options *options, int shared_fd);

uint8_t *arena_reserve(size_t size);
void arena_reset(void);

struct forward_counts {
    uint64_t turns, received, sent, failed, unknown, sends, cpu_ns;
    uint64_t voluntary_switches;
    uint32_t most_in_turn;
};

/* Written by the forwarding thread alone, so that counting costs it no locked instruction. */
extern _Atomic uint64_t sent_packets, send_calls, failed_packets;

static inline void count_up(_Atomic uint64_t *counter, uint64_t by) {
    atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + by, memory_order_relaxed);
}

void forward_start(const struct options *options);
void forward_stop(void);
int forward_port(void);
struct forward_counts forward_read(void);

struct load_counts {
    uint64_t published, arrived, wakeups;
    double p50_us, p99_us, max_us, cpu_s;
};

void load_start(const struct options *options, int port);
void load_measure(bool on);
struct load_counts load_read(void);
void load_stop(void);

int64_t realtime_ns(void);
uint64_t thread_cpu_ns(int thread);
uint64_t thread_voluntary_switches(int thread);
void pin_this_thread(int core);
int this_thread(void);
void die(const char *what) __attribute__((noreturn));

/* The longest prefix of packets that one GSO send may carry; *segment is its size. */
int gso_prefix(const struct packet *packets, int count, int pad, uint32_t *segment);

#endif
