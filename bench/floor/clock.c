/* Clocks, CPU time of one thread, and where a thread runs. */
#define _GNU_SOURCE
#include "floor.h"
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int64_t realtime_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

uint64_t thread_cpu_ns(int thread) {
    char path[64], text[128];
    snprintf(path, sizeof path, "/proc/self/task/%d/schedstat", thread);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    uint64_t on_cpu = fgets(text, sizeof text, file) ? strtoull(text, NULL, 10) : 0;
    fclose(file);
    return on_cpu;
}

uint64_t thread_voluntary_switches(int thread) {
    char path[64], line[256];
    snprintf(path, sizeof path, "/proc/self/task/%d/status", thread);
    FILE *file = fopen(path, "r");
    if (!file) return 0;
    uint64_t switches = 0;
    static const char key[] = "voluntary_ctxt_switches:";
    while (fgets(line, sizeof line, file))
        if (strncmp(line, key, sizeof key - 1) == 0) switches = strtoull(line + sizeof key - 1, NULL, 10);
    fclose(file);
    return switches;
}

void pin_this_thread(int core) {
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET((size_t)core, &set);
    /* A machine of one core, or a stricter mask from outside: run where we may. */
    if (sched_setaffinity(0, sizeof set, &set) == -1) fprintf(stderr, "floor: cannot run on core %d\n", core);
}

int this_thread(void) { return (int)syscall(SYS_gettid); }
