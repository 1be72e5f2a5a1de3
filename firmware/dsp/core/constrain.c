/* Constraint: a filter over blocks of n samples has n taps in each partition, and no more. */
#include "canceller.h"

#define EVEN_DEBT 0.12f /* a partition's claim each time, whatever lies there; where all of the path is, it is 1 more */

static void settle(float *time, int n)
{
    int i;
    for (i = 0; i < n; i++)
        time[i] = gw_settle(time[i]);
}

/* Taps of a partition from and to where the transforms want them. */
static void gather(const struct gw_ec *ec, int k, const struct gw_rows *w, const struct gw_rows *s)
{
    int f;
    for (f = 0; f < ec->bins; f += GW_GROUP) {
        const float *taps = ec->taps + gw_taps_at(ec, k, f);
        gw_copy_group(w->re + f, taps);
        gw_copy_group(w->im + f, taps + GW_GROUP);
        gw_copy_group(s->re + f, taps + 2 * GW_GROUP);
        gw_copy_group(s->im + f, taps + 3 * GW_GROUP);
    }
}

static void scatter(struct gw_ec *ec, int k, const struct gw_rows *w, const struct gw_rows *s)
{
    int f;
    for (f = 0; f < ec->bins; f += GW_GROUP) {
        float *taps = ec->taps + gw_taps_at(ec, k, f);
        gw_copy_group(taps, w->re + f);
        gw_copy_group(taps + GW_GROUP, w->im + f);
        gw_copy_group(taps + 2 * GW_GROUP, s->re + f);
        gw_copy_group(taps + 3 * GW_GROUP, s->im + f);
    }
}

/* Whose turn it is: what learns most goes astray most. */
static int next_turn(struct gw_ec *ec)
{
    int k, turn = 0;
    for (k = 0; k < ec->parts; k++) {
        ec->debt[k] += EVEN_DEBT + ec->where[k];
        if (ec->debt[k] > ec->debt[turn])
            turn = k;
    }
    ec->debt[turn] = 0.0f;
    return turn;
}

/* Taps beyond n would wrap round: they are set to nothing, in one partition every third block, or every other
 * one at 16 kHz, where the paths are longer. */
void gw_constrain(struct gw_ec *ec)
{
    int turn;
    if (++ec->wait < (ec->n > 80 ? 2 : 3))
        return;
    ec->wait = 0;
    turn = next_turn(ec);
    gather(ec, turn, &ec->e, &ec->d);
    ec->engine.back(ec, &ec->e, &ec->d, ec->time, ec->other);
    settle(ec->time, ec->n);
    settle(ec->other, ec->n);
    ec->energy[turn] = ec->engine.energy(ec->time, ec->n);
    ec->engine.both(ec, ec->time, ec->other, &ec->e, &ec->d);
    scatter(ec, turn, &ec->e, &ec->d);
}
