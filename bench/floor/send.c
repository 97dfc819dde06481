/* The ways to send one destination's run: by one socket or a connected one each, singly, in lists, or as one GSO send. */
#define _GNU_SOURCE
#include "floor.h"
#include <errno.h>
#include <netinet/udp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif

enum { ARENA = 32 << 20, MAX_LIST = 1024 };

static const struct options *options;
static int shared_fd, flags;
static uint8_t *arena;
static size_t arena_used;

/* One message of a list; control has room for a segment size and a local address. */
struct slot {
    struct sockaddr_in *to;
    struct iovec parts[MAX_SEGMENTS];
    _Alignas(struct cmsghdr) uint8_t control[CMSG_SPACE(sizeof(uint16_t)) + CMSG_SPACE(sizeof(struct in_pktinfo))];
};

static struct slot *slots;
static struct mmsghdr list[MAX_LIST];
static int list_packets[MAX_LIST];
static int listed, listed_packets, listed_destinations;
static struct destination *last_destination;

uint8_t *arena_reserve(size_t size) {
    size_t at = (arena_used + 63) & ~(size_t)63;
    if (at + size > ARENA) at = 0;
    arena_used = at + size;
    return arena + at;
}

void arena_reset(void) { arena_used = 0; }

int gso_prefix(const struct packet *packets, int count, int pad, uint32_t *segment) {
    uint32_t least = packets[0].size, most = packets[0].size, bytes = packets[0].size;
    int taken = 1;
    for (; taken < count && taken < MAX_SEGMENTS; taken++) {
        uint32_t size = packets[taken].size;
        uint32_t new_least = size < least ? size : least, new_most = size > most ? size : most;
        bytes += size + (uint32_t)pad;
        if (bytes > MAX_GSO_BYTES) break;
        if (new_most - least > (uint32_t)pad) break;
        if (new_most - new_least > (uint32_t)pad) {
            /* A last one may be shorter by any length. */
            taken++;
            break;
        }
        least = new_least;
        most = new_most;
    }
    *segment = most;
    return taken;
}

static void copy_packet(uint8_t *to, const struct packet *packet, uint32_t size) {
    memcpy(to, packet->data, packet->size);
    if (size > packet->size) memset(to + packet->size, 0, size - packet->size);
}

static void sent_or_failed(ssize_t result, int packets) {
    count_up(&send_calls, 1);
    if (result >= 0) {
        count_up(&sent_packets, (uint64_t)packets);
    } else {
        if (failed_packets == 0) fprintf(stderr, "floor: a send failed: %s\n", strerror(errno));
        count_up(&failed_packets, (uint64_t)packets);
    }
}

/* Fills iovecs with count packets as one contiguous copy (all but the last of segment bytes) or as they lie. */
static int fill_parts(struct iovec *parts, const struct packet *packets, int count, uint32_t segment) {
    if (!options->copy) {
        for (int p = 0; p < count; p++) parts[p] = (struct iovec){ packets[p].data, packets[p].size };
        return count;
    }
    uint8_t *at = arena_reserve((size_t)segment * (size_t)count), *start = at;
    for (int p = 0; p < count; p++) {
        uint32_t size = p + 1 < count ? segment : packets[p].size;
        copy_packet(at, &packets[p], size);
        at += size;
    }
    parts[0] = (struct iovec){ start, (size_t)(at - start) };
    return 1;
}

static size_t put_control(uint8_t *control, int level, int type, const void *value, size_t size) {
    struct cmsghdr *header = (struct cmsghdr *)control;
    header->cmsg_level = level;
    header->cmsg_type = type;
    header->cmsg_len = CMSG_LEN(size);
    memcpy(CMSG_DATA(header), value, size);
    return CMSG_SPACE(size);
}

static void fill_message(struct msghdr *message, struct slot *slot, struct sockaddr_in *to, const struct packet *packets, int count, uint32_t segment) {
    *message = (struct msghdr){ .msg_name = to, .msg_namelen = to ? sizeof *to : 0, .msg_iov = slot->parts };
    message->msg_iovlen = (size_t)fill_parts(slot->parts, packets, count, segment);
    size_t used = 0;
    if (count > 1) used += put_control(slot->control, IPPROTO_UDP, UDP_SEGMENT, &(uint16_t){ (uint16_t)segment }, sizeof(uint16_t));
    if (options->packet_info && to) {
        struct in_pktinfo info = { .ipi_spec_dst = { htonl(INADDR_LOOPBACK) } };
        used += put_control(slot->control + used, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    }
    message->msg_control = used ? slot->control : NULL;
    message->msg_controllen = used;
}

static void read_zero_copy_notices(int fd) {
    uint8_t control[128];
    struct msghdr message = { .msg_control = control, .msg_controllen = sizeof control };
    while (recvmsg(fd, &message, MSG_ERRQUEUE | MSG_DONTWAIT) >= 0) message.msg_controllen = sizeof control;
}

void send_start(const struct options *given, int fd) {
    options = given;
    shared_fd = fd;
    flags = given->zero_copy ? MSG_ZEROCOPY : 0;
    arena = aligned_alloc(4096, ARENA);
    slots = calloc(MAX_LIST, sizeof *slots);
    if (!arena || !slots) die("memory");
}

static void flush_nothing(void) { }

static void run_singly(struct destination *destination, const struct packet *packets, int count) {
    bool connected = destination->fd != shared_fd;
    for (int p = 0; p < count; p++) {
        uint8_t *data = packets[p].data;
        if (options->copy) copy_packet(data = arena_reserve(packets[p].size), &packets[p], packets[p].size);
        sent_or_failed(connected ? send(destination->fd, data, packets[p].size, flags)
            : sendto(destination->fd, data, packets[p].size, flags, (struct sockaddr *)&destination->address, sizeof destination->address), 1);
    }
    arena_reset();
    if (options->zero_copy) read_zero_copy_notices(destination->fd);
}

static void run_gso(struct destination *destination, const struct packet *packets, int count) {
    bool connected = destination->fd != shared_fd;
    for (int done = 0; done < count;) {
        uint32_t segment;
        int taken = gso_prefix(packets + done, count - done, options->pad, &segment);
        ssize_t result;
        if (connected && taken == 1 && !options->copy) {
            result = send(destination->fd, packets[done].data, packets[done].size, flags);
        } else {
            struct msghdr message;
            fill_message(&message, &slots[0], connected ? NULL : &destination->address, packets + done, taken, segment);
            result = sendmsg(destination->fd, &message, flags);
        }
        sent_or_failed(result, taken);
        done += taken;
    }
    arena_reset();
    if (options->zero_copy) read_zero_copy_notices(destination->fd);
}

static void send_list(int fd) {
    for (int done = 0; done < listed;) {
        int count = sendmmsg(fd, list + done, (unsigned)(listed - done), flags);
        count_up(&send_calls, 1);
        if (count <= 0) {
            if (failed_packets == 0) fprintf(stderr, "floor: sendmmsg failed: %s\n", strerror(errno));
            int packets = list_packets[done++];
            count_up(&failed_packets, (uint64_t)packets);
            listed_packets -= packets;
        } else {
            done += count;
        }
    }
    count_up(&sent_packets, (uint64_t)listed_packets);
    listed = listed_packets = listed_destinations = 0;
    last_destination = NULL;
    if (options->zero_copy) read_zero_copy_notices(fd);
}

static void flush_shared(void) {
    if (listed) send_list(shared_fd);
}

static void list_run(struct destination *destination, const struct packet *packets, int count, bool gso) {
    if (destination != last_destination) {
        if (options->group && listed_destinations == options->group) {
            send_list(shared_fd);
            arena_reset();
        }
        last_destination = destination;
        listed_destinations++;
    }
    for (int done = 0; done < count;) {
        uint32_t segment = packets[done].size;
        int taken = gso ? gso_prefix(packets + done, count - done, options->pad, &segment) : 1;
        if (listed == MAX_LIST) send_list(shared_fd);
        fill_message(&list[listed].msg_hdr, &slots[listed], &destination->address, packets + done, taken, segment);
        list_packets[listed++] = taken;
        listed_packets += taken;
        done += taken;
    }
}

static void run_list(struct destination *destination, const struct packet *packets, int count) {
    list_run(destination, packets, count, false);
}

static void run_gso_list(struct destination *destination, const struct packet *packets, int count) {
    list_run(destination, packets, count, true);
}

/* The run of one destination in one sendmmsg on its connected socket. */
static void run_connected_list(struct destination *destination, const struct packet *packets, int count) {
    for (int p = 0; p < count; p++) {
        fill_message(&list[p].msg_hdr, &slots[p], NULL, packets + p, 1, packets[p].size);
        list_packets[p] = 1;
    }
    listed = listed_packets = count;
    send_list(destination->fd);
    arena_reset();
}

static const struct method methods[] = {
    { "sendmmsg", false, send_start, NULL, run_list, flush_shared },
    { "sendto", false, send_start, NULL, run_singly, flush_nothing },
    { "connected", true, send_start, NULL, run_singly, flush_nothing },
    { "connected-sendmmsg", true, send_start, NULL, run_connected_list, flush_nothing },
    { "gso", false, send_start, NULL, run_gso, flush_nothing },
    { "gso-sendmmsg", false, send_start, NULL, run_gso_list, flush_shared },
    { "gso-connected", true, send_start, NULL, run_gso, flush_nothing },
};

const struct method *find_method(const char *name) {
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++)
        if (strcmp(methods[m].name, name) == 0) return &methods[m];
    if (strcmp(name, uring_method.name) == 0) return &uring_method;
    if (strcmp(name, uring_gso_method.name) == 0) return &uring_gso_method;
    return NULL;
}

const char *method_names(void) {
    return "sendmmsg|sendto|connected|connected-sendmmsg|gso|gso-sendmmsg|gso-connected|uring|uring-gso";
}

