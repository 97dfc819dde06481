/* io_uring: every send of a turn on connected sockets in one system call. Raw, for Debian 12 has no need of liburing here.
 * Containers often forbid io_uring, so this shows what could be gained, not what may be relied on. */
#define _GNU_SOURCE
#include "floor.h"
#include <linux/io_uring.h>
#include <netinet/udp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { ENTRIES = 1024, FILES = 4096 };

struct message {
    struct msghdr header;
    struct iovec part;
    _Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(uint16_t))];
};

static const struct options *options;
static int ring = -1, files;
static uint8_t *submission_ring, *completion_ring;
static struct io_uring_params parameters;
static struct io_uring_sqe *entries;
static struct message messages[ENTRIES];
static unsigned queued, queued_packets;

static _Atomic unsigned *submission(unsigned offset) { return (_Atomic unsigned *)(void *)(submission_ring + offset); }
static _Atomic unsigned *completion(unsigned offset) { return (_Atomic unsigned *)(void *)(completion_ring + offset); }

static void *map(size_t size, long offset) {
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, ring, offset);
    if (at == MAP_FAILED) die("io_uring's rings");
    return at;
}

/* The ring belongs to the thread that submits, so it is made by its first destination. */
static void open_ring(void) {
    parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SUBMIT_ALL;
    ring = (int)syscall(SYS_io_uring_setup, ENTRIES, &parameters);
    if (ring == -1) die("io_uring_setup");
    submission_ring = map(parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned), IORING_OFF_SQ_RING);
    completion_ring = map(parameters.cq_off.cqes + parameters.cq_entries * sizeof(struct io_uring_cqe), IORING_OFF_CQ_RING);
    entries = map(parameters.sq_entries * sizeof *entries, IORING_OFF_SQES);
    for (unsigned e = 0; e < parameters.sq_entries; e++) atomic_store(submission(parameters.sq_off.array) + e, e);
    struct io_uring_rsrc_register sparse = { .nr = FILES, .flags = IORING_RSRC_REGISTER_SPARSE };
    if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES2, &sparse, sizeof sparse) == -1) die("io_uring's files");
}

static void add(struct destination *destination) {
    if (ring == -1) open_ring();
    destination->file = files++;
    struct io_uring_files_update update = { .offset = (unsigned)destination->file, .fds = (uint64_t)(uintptr_t)&destination->fd };
    if (syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES_UPDATE, &update, 1) == -1) die("io_uring's files");
}

static void submit(void) {
    if (queued == 0) return;
    atomic_store_explicit(submission(parameters.sq_off.tail), atomic_load(submission(parameters.sq_off.tail)) + queued, memory_order_release);
    for (unsigned done = 0; done < queued;) {
        long taken = syscall(SYS_io_uring_enter, ring, queued - done, 0, IORING_ENTER_GETEVENTS, NULL, 0);
        if (taken <= 0) die("io_uring_enter");
        done += (unsigned)taken;
    }
    count_up(&send_calls, 1);
    /* Only failures are told. */
    unsigned head = atomic_load(completion(parameters.cq_off.head));
    unsigned tail = atomic_load_explicit(completion(parameters.cq_off.tail), memory_order_acquire);
    if (tail != head) {
        if (failed_packets == 0) {
            unsigned mask = atomic_load(completion(parameters.cq_off.ring_mask));
            struct io_uring_cqe *first = (struct io_uring_cqe *)(void *)(completion_ring + parameters.cq_off.cqes) + (head & mask);
            fprintf(stderr, "floor: a send failed: %s\n", strerror(-first->res));
        }
        /* A GSO send that fails counts as one: io_uring's runs are not for servers that lose packets. */
        count_up(&failed_packets, tail - head);
        queued_packets -= tail - head;
        atomic_store_explicit(completion(parameters.cq_off.head), tail, memory_order_release);
    }
    count_up(&sent_packets, queued_packets);
    queued = queued_packets = 0;
}

static struct io_uring_sqe *next_entry(const struct destination *destination, uint8_t operation) {
    if (queued == parameters.sq_entries) submit();
    unsigned at = (atomic_load(submission(parameters.sq_off.tail)) + queued) & (parameters.sq_entries - 1);
    struct io_uring_sqe *entry = &entries[at];
    memset(entry, 0, sizeof *entry);
    entry->opcode = operation;
    entry->flags = IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    entry->fd = destination->file;
    entry->msg_flags = MSG_DONTWAIT;
    queued++;
    return entry;
}

static void run(struct destination *destination, const struct packet *packets, int count) {
    for (int p = 0; p < count; p++) {
        uint8_t *data = packets[p].data;
        if (options->copy) data = memcpy(arena_reserve(packets[p].size), data, packets[p].size);
        struct io_uring_sqe *entry = next_entry(destination, IORING_OP_SEND);
        entry->addr = (uint64_t)(uintptr_t)data;
        entry->len = packets[p].size;
        queued_packets++;
    }
}

static void run_gso(struct destination *destination, const struct packet *packets, int count) {
    for (int done = 0; done < count;) {
        uint32_t segment;
        int taken = gso_prefix(packets + done, count - done, 0, &segment);
        if (taken == 1) {
            run(destination, packets + done, 1);
        } else {
            struct io_uring_sqe *entry = next_entry(destination, IORING_OP_SENDMSG);
            struct message *message = &messages[entry - entries];
            size_t size = 0;
            uint8_t *copy = arena_reserve((size_t)segment * (size_t)taken);
            for (int p = 0; p < taken; p++) {
                memcpy(copy + size, packets[done + p].data, packets[done + p].size);
                size += packets[done + p].size;
            }
            message->part = (struct iovec){ copy, size };
            message->header = (struct msghdr){ .msg_iov = &message->part, .msg_iovlen = 1, .msg_control = message->control, .msg_controllen = sizeof message->control };
            struct cmsghdr *header = (struct cmsghdr *)message->control;
            *header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(uint16_t)), .cmsg_level = IPPROTO_UDP, .cmsg_type = UDP_SEGMENT };
            memcpy(CMSG_DATA(header), &(uint16_t){ (uint16_t)segment }, sizeof(uint16_t));
            entry->addr = (uint64_t)(uintptr_t)&message->header;
            entry->len = 1;
            queued_packets += (unsigned)taken;
        }
        done += taken;
    }
}

static void start(const struct options *given, int shared_fd) {
    options = given;
    send_start(given, shared_fd);
}

const struct method uring_method = { "uring", true, start, add, run, submit };
const struct method uring_gso_method = { "uring-gso", true, start, add, run_gso, submit };
