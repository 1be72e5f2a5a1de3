/* Ticks and stack per frame of 10 ms.
 *
 * Under an emulator whose clock advances by instructions (QEMU's -icount) ticks are
 * a scale of instructions, the same in each run; the scale itself is measured on a
 * loop of known length. On silicon the same image counts cycles.
 *
 * Stack is what the subject has overwritten of a pattern laid below the caller's frame.
 */
#include "measure.h"

#include "board.h"

#define PAINTED 8192 /* words */
#define PATTERN 0xa5a55a5au
#define CALIBRATION 50000 /* turns of two instructions */

union subject { /* what one of them needs besides `memory` */
    struct gw_coder coder;
    struct gw_detector detector;
    struct gw_ec *ec;
    struct gw_bank *bank;
};

struct job {
    union subject s;
    const struct scene *scene;
    void *memory;
    size_t state; /* octets */
    int option;
};

struct item {
    const char *name;
    int option;
    void (*prepare)(struct job *job);
    void (*run)(struct job *job, int frame);
};

static int16_t pcm[2 * GW_FRAME];
static uint8_t packet[GW_FRAME];
static uint8_t law[SCENE];            /* the far end of the scene as packets bring it */
static uint8_t fields[SCENE / 2];     /* its near end as B-fields do */
static struct gw_frame frames[4];

/* ---- Subjects ---- */

static void nothing(struct job *job)
{
    (void)job;
}

static void no_frame(struct job *job, int frame)
{
    (void)job;
    (void)frame;
}

static void prepare_coder(struct job *job)
{
    size_t i;
    gw_coder_init(&job->s.coder, (enum gw_codec)job->option);
    job->state = sizeof job->s.coder;
    for (i = 0; i < sizeof packet; i++)
        packet[i] = (uint8_t)(37 * i);
}

static size_t frame_of(const struct job *job)
{
    return (size_t)gw_codec_rate((enum gw_codec)job->option) / 100;
}

static void encode(struct job *job, int frame)
{
    gw_encode(&job->s.coder, job->scene->near + GW_FRAME * frame, frame_of(job), packet);
}

static void decode(struct job *job, int frame)
{
    (void)frame;
    gw_decode(&job->s.coder, packet, gw_coder_octets((enum gw_codec)job->option, frame_of(job)), pcm);
}

static void prepare_detector(struct job *job)
{
    gw_detector_init(&job->s.detector, job->option);
    job->state = sizeof job->s.detector;
}

static void detect(struct job *job, int frame)
{
    memcpy(pcm, job->scene->near + GW_FRAME * frame, GW_FRAME * sizeof *pcm);
    gw_detector_run(&job->s.detector, pcm);
}

static const struct gw_ec_config CANCELLERS[] = {
    {8000, 128, GW_EC_DEFAULT, 1}, {8000, 128, GW_EC_NOISE, 0}, {8000, 128, GW_EC_DEFAULT, 0},
    {8000, 32, GW_EC_DEFAULT, 0}, {16000, 128, GW_EC_DEFAULT, 1},
};

static void prepare_canceller(struct job *job)
{
    const struct gw_ec_config *config = &CANCELLERS[job->option];
    job->s.ec = gw_ec_init(job->memory, config);
    job->state = gw_ec_bytes(config);
}

static void cancel(struct job *job, int frame)
{
    int n = CANCELLERS[job->option].rate / 100, at = frame * n % SCENE;
    gw_ec_process(job->s.ec, job->scene->near + at, job->scene->far + at, pcm, (size_t)n);
}

static void encode_scene(const int16_t *samples, enum gw_codec codec, uint8_t *octets)
{
    struct gw_coder coder;
    gw_coder_init(&coder, codec);
    gw_encode(&coder, samples, SCENE, octets);
}

static void prepare_channels(struct job *job)
{
    size_t channels = (size_t)job->option, i;
    struct gw_channel_config config = {.codec = GW_PCMA, .packet_ms = 20, .ec_type = GW_EC_DEFAULT, .tail_ms = 128};
    job->state = gw_bank_bytes(channels, config.tail_ms);
    job->s.bank = gw_bank_init(job->memory, channels, config.tail_ms);
    encode_scene(job->scene->far, GW_PCMA, law);
    encode_scene(job->scene->near, GW_G726_32_AAL2, fields);
    for (i = 0; i < channels; i++) {
        gw_bank_open(job->s.bank, i, &config);
        frames[i].joined = 1;
    }
}

/* What a call costs: a packet in every second frame, a B-field each way in every one. */
static void carry_payload(struct job *job, int frame, const uint8_t payload[2 * GW_FRAME])
{
    size_t i;
    for (i = 0; i < (size_t)job->option && frame % 2 == 0; i++)
        gw_channel_play(gw_bank_channel(job->s.bank, i), payload, 2 * GW_FRAME);
    for (i = 0; i < (size_t)job->option; i++)
        frames[i].field = fields + frame * GW_B_FIELD;
    gw_bank_run(job->s.bank, frames);
}

static void carry(struct job *job, int frame)
{
    carry_payload(job, frame, law + frame * GW_FRAME);
}

static void carry_silence(struct job *job, int frame) /* of the far end: there is nothing to learn from */
{
    uint8_t payload[2 * GW_FRAME];
    memset(payload, 0xd5, sizeof payload);
    carry_payload(job, frame, payload);
}

static const struct item ITEMS[] = {
    {"nothing", 0, nothing, no_frame},
    {"encode-pcma", GW_PCMA, prepare_coder, encode},
    {"decode-pcma", GW_PCMA, prepare_coder, decode},
    {"encode-g726", GW_G726_32, prepare_coder, encode},
    {"decode-g726", GW_G726_32, prepare_coder, decode},
    {"encode-g722", GW_G722, prepare_coder, encode},
    {"decode-g722", GW_G722, prepare_coder, decode},
    {"detector-dtmf", GW_DETECT_DTMF, prepare_detector, detect},
    {"detector-all", GW_DETECT_DTMF | GW_DETECT_FAX | GW_DETECT_PROGRESS, prepare_detector, detect},
    {"canceller-linear", 0, prepare_canceller, cancel},
    {"canceller-noise", 1, prepare_canceller, cancel},
    {"canceller", 2, prepare_canceller, cancel},
    {"canceller-32ms", 3, prepare_canceller, cancel},
    {"canceller-16khz-linear", 4, prepare_canceller, cancel},
    {"channel", 1, prepare_channels, carry},
    {"channel-far-silent", 1, prepare_channels, carry_silence},
    {"channels-4", 4, prepare_channels, carry},
};

/* ---- Measuring ---- */

struct cost {
    uint32_t total, most, stack;
};

static uint32_t ticks_of_loop(void)
{
    uint32_t turns = CALIBRATION;
    board_ticks();
    __asm volatile("1: subs %0, #1\n\tbne 1b" : "+l"(turns) : : "cc");
    return board_ticks();
}

static void paint(volatile uint32_t *below)
{
    int i;
    for (i = 1; i <= PAINTED; i++)
        below[-i] = PATTERN;
}

static uint32_t painted_over(const volatile uint32_t *below)
{
    int i = PAINTED;
    while (i > 0 && below[-i] == PATTERN)
        i--;
    return (uint32_t)i * 4;
}

/* `below` is this function's own stack pointer: nothing else lives under it. */
__attribute__((noinline)) static void measure(const struct item *item, struct job *job, int count, struct cost *cost)
{
    volatile uint32_t *below;
    int frame;
    item->prepare(job);
    __asm volatile("mov %0, sp" : "=r"(below));
    paint(below);
    for (frame = 0; frame < count; frame++) {
        uint32_t ticks;
        board_ticks();
        item->run(job, frame);
        ticks = board_ticks();
        cost->total += ticks;
        if (ticks > cost->most)
            cost->most = ticks;
    }
    cost->stack = painted_over(below);
}

static void print(const char *name, const uint32_t *numbers, int count)
{
    int i;
    board_text(name);
    for (i = 0; i < count; i++) {
        board_text(" ");
        board_decimal(numbers[i]);
    }
    board_text("\n");
}

void measure_all(const struct scene *scene, void *memory)
{
    const int count = SCENE / GW_FRAME / 2; /* half of the scene at 16 kHz is all of it */
    uint32_t clock = ticks_of_loop();
    size_t i;
    print("clock", &clock, 1);
    for (i = 0; i < sizeof ITEMS / sizeof *ITEMS; i++) {
        struct job job = {.scene = scene, .memory = memory, .option = ITEMS[i].option};
        struct cost cost = {0, 0, 0};
        measure(&ITEMS[i], &job, count, &cost);
        board_text("cost ");
        print(ITEMS[i].name, (uint32_t[]){(uint32_t)count, cost.total, cost.most, cost.stack, (uint32_t)job.state}, 5);
    }
}
