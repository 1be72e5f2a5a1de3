/* Bank: frames made aside, by threads that know nothing of Python. */
#include <pthread.h>
#include <unistd.h>

#include "cpython_bank.h"

#define MOST_THREADS 7

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER, made = PTHREAD_COND_INITIALIZER;
static struct bank *first, *last;
static pid_t threads_of; /* a forked process has none */

static void make(struct bank *self)
{
    self->aside = GW_BEING_MADE;
    pthread_mutex_unlock(&lock);
    gw_bank_run(self->bank, self->frames);
    pthread_mutex_lock(&lock);
    self->aside = GW_MADE;
}

static void take_out(struct bank *self)
{
    struct bank *before = NULL, *one;
    for (one = first; one != self; one = one->behind)
        before = one;
    if (before == NULL)
        first = self->behind;
    else
        before->behind = self->behind;
    if (last == self)
        last = before;
}

static void *work(void *unused)
{
    struct bank *self;
    (void)unused;
    pthread_mutex_lock(&lock);
    for (;;) {
        while ((self = first) == NULL)
            pthread_cond_wait(&more, &lock);
        take_out(self);
        make(self);
        pthread_cond_broadcast(&made);
    }
    return NULL;
}

/* One for each other core. Where none can be had, `gwdsp_wait` does the work. */
static void begin_threads(void)
{
    long left = sysconf(_SC_NPROCESSORS_ONLN) - 1;
    pthread_t thread;
    threads_of = getpid();
    for (left = left < MOST_THREADS ? left : MOST_THREADS; left > 0; left--)
        if (pthread_create(&thread, NULL, work, NULL) == 0)
            pthread_detach(thread);
}

void gwdsp_begin(struct bank *self, int wake)
{
    pthread_mutex_lock(&lock);
    if (threads_of != getpid())
        begin_threads();
    self->aside = GW_WAITS;
    self->behind = NULL;
    if (first == NULL)
        first = self;
    else
        last->behind = self;
    last = self;
    if (wake)
        pthread_cond_broadcast(&more);
    pthread_mutex_unlock(&lock);
}

void gwdsp_wait(struct bank *self)
{
    pthread_mutex_lock(&lock);
    if (self->aside == GW_WAITS) {
        take_out(self);
        make(self);
    }
    while (self->aside != GW_MADE)
        pthread_cond_wait(&made, &lock);
    self->aside = GW_NOTHING_ASIDE;
    pthread_mutex_unlock(&lock);
}
