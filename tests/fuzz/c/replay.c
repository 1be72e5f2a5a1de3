/* Runs a fuzz target without libFuzzer, under any compiler's sanitizers: on files, on pieces of them with
 * octets changed, and on octets that chance makes.
 *   program RUNS FILE|...        RUNS made inputs after the files; the same ones each time
 * Where it fails, the input lies in the file that the environment's FUZZ_FAILED names, or ./fuzz-failed.
 */
#include <signal.h>

#include "fuzz.h"

#define FILES_MAX 256
#define OCTETS_MAX 4096

static uint8_t seeds[FILES_MAX][OCTETS_MAX], now[OCTETS_MAX];
static size_t lengths[FILES_MAX], files, length;
static uint32_t seed = 1;

static uint32_t chance(uint32_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed % below;
}

static void keep(void)
{
    const char *name = getenv("FUZZ_FAILED");
    FILE *file = fopen(name ? name : "fuzz-failed", "wb");
    if (file == NULL)
        return;
    fwrite(now, 1, length, file);
    fclose(file);
}

static void on_abort(int number)
{
    signal(number, SIG_DFL);
    keep();
    raise(number);
}

#if defined(__SANITIZE_ADDRESS__)
void __sanitizer_set_death_callback(void (*)(void));
#endif

static void run(void)
{
    uint8_t *exact = malloc(length ? length : 1);
    memcpy(exact, now, length);
    LLVMFuzzerTestOneInput(exact, length);
    free(exact);
}

static void make_up(void)
{
    size_t i;
    length = chance(600);
    for (i = 0; i < length; i++)
        now[i] = (uint8_t)chance(256);
}

/* The beginning of one file, some octets changed, the end of another. */
static void mix(void)
{
    size_t one = chance((uint32_t)files), other = chance((uint32_t)files), rest, changes = chance(8);
    length = chance((uint32_t)lengths[one] + 1);
    memcpy(now, seeds[one], length);
    rest = chance((uint32_t)lengths[other] + 1);
    if (rest > OCTETS_MAX - length)
        rest = OCTETS_MAX - length;
    memcpy(now + length, seeds[other] + lengths[other] - rest, rest);
    length += rest;
    while (length && changes--)
        now[chance((uint32_t)length)] = (uint8_t)chance(256);
}

static int read_seed(const char *name)
{
    FILE *file = fopen(name, "rb");
    if (file == NULL || files == FILES_MAX)
        return -1;
    lengths[files] = fread(seeds[files], 1, OCTETS_MAX, file);
    fclose(file);
    length = lengths[files];
    memcpy(now, seeds[files++], length);
    run();
    return 0;
}

int main(int argc, char **argv)
{
    int runs = argc > 1 ? atoi(argv[1]) : 0, i;
    signal(SIGABRT, on_abort);
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_set_death_callback(keep);
#endif
    for (i = 2; i < argc; i++)
        if (read_seed(argv[i]))
            return 2;
    for (i = 0; i < runs; i++) {
        if (files && chance(2))
            mix();
        else
            make_up();
        run();
    }
    printf("%zu files and %d more inputs\n", files, runs);
    return 0;
}
