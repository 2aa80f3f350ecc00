/*
 * density/runs_degree.h: the inner loops of runs.h for one degree WH_DEGREE, under names that start
 * with WH_RUNS_SET. Included by runs_set.h only, once a degree.
 */
#define WH_JOIN_2(set, degree, name) set##_##degree##_##name
#define WH_JOIN(set, degree, name) WH_JOIN_2(set, degree, name)
#define LOCAL(name) WH_JOIN(WH_RUNS_SET, WH_DEGREE, name)

#define N_PAIRS (WH_DEGREE + 1)

/* Coefficients of t^0 .. t^(2 m), then the number of kernels: 2 m + 2 numbers. */
struct LOCAL(cell) {
    wh_d2 pair[N_PAIRS];
};

/* Coefficients by rows, four at once: all but the last, which is the same on every row. */
struct LOCAL(rows) {
    wh_d2 pair[4][WH_DEGREE > 0 ? WH_DEGREE : 1];
};

/* What the rows of one place share. Z = B + 2 X t - t² is 1 - u² in units of `unit_px`, times (h /
 * unit)². */
struct LOCAL(terms) {
    double weight, x;
};

/*
 * Coefficients of weight * Z^m, by powers of t: m = 1: B, 2 X | -1. m = 2: B², 4 B X | 4 X² - 2 B,
 * -4 X | 1. m = 3: B³, 6 B² X | 12 B X² - 3 B², 8 X³ - 12 B X | 3 B - 12 X², 6 X | -1.
 */
WH_INLINE void LOCAL(expand)(const struct LOCAL(terms) * p, wh_d4 b, struct LOCAL(rows) * ret)
{
#if WH_DEGREE > 0
    wh_d4 power[2 * WH_DEGREE];
    const wh_d4 bw = b * p->weight;
#if WH_DEGREE == 1
    power[0] = bw;
    power[1] = wh_d4_all(2 * p->x * p->weight);
#elif WH_DEGREE == 2
    power[0] = b * bw;
    power[1] = b * (4 * p->x * p->weight);
    power[2] = 4 * p->x * p->x * p->weight - (bw + bw);
    power[3] = wh_d4_all(-4 * p->x * p->weight);
#else
    const double xx = p->x * p->x;
    power[0] = b * b * bw;
    power[1] = b * bw * (6 * p->x);
    power[2] = bw * (12 * xx - 3 * b);
    power[3] = 8 * xx * p->x * p->weight - 12 * p->x * bw;
    power[4] = 3 * bw - 12 * xx * p->weight;
    power[5] = wh_d4_all(6 * p->x * p->weight);
#endif
    for (int i = 0; i < WH_DEGREE; i++) {
        const union wh_d4_pairs even = {
            __builtin_shufflevector(power[2 * i], power[2 * i + 1], 0, 4, 2, 6)};
        const union wh_d4_pairs odd = {
            __builtin_shufflevector(power[2 * i], power[2 * i + 1], 1, 5, 3, 7)};
        ret->pair[0][i] = even.pair[0];
        ret->pair[1][i] = odd.pair[0];
        ret->pair[2][i] = even.pair[1];
        ret->pair[3][i] = odd.pair[1];
    }
#else
    (void)p;
    (void)b;
    (void)ret;
#endif
}

static uint32_t LOCAL(add)(const struct wh_place *place, size_t n, const struct wh_tile *tile,
                           void *sums)
{
    const double per_unit = 1 / tile->unit_px;
    const double middle = (double)tile->first_col + 0.5 * tile->n_cols;
    const double first_row = (double)tile->first_row, last_row = first_row + tile->n_rows - 1;
    const size_t row_bytes = ((size_t)tile->n_cols + 1) * sizeof(struct LOCAL(cell));
    uint32_t touched = 0;
    for (size_t i = 0; i < n; i++) {
        const struct wh_place *p = &place[i];
        const double top = floor(p->y + p->h), bottom = ceil(p->y - p->h);
        if (top < first_row || bottom > last_row || p->n == 0) {
            continue;
        }
        const int32_t row_first = bottom > first_row ? (int32_t)(bottom - first_row) : 0;
        const int32_t row_last = (int32_t)((top < last_row ? top : last_row) - first_row);
        touched |= (2u << row_last) - (1u << row_first);
        const double x_px = p->x - (double)tile->first_col, y_px = p->y - first_row;
        const double whole = floor(x_px);
        const struct LOCAL(terms) terms = {p->weight, (p->x - middle) * per_unit};
        const double h_unit = p->h * per_unit;
        const wh_d4 rest = wh_d4_all(h_unit * h_unit - terms.x * terms.x);
        const wh_d2 last = {WH_DEGREE % 2 == 0 ? p->weight : -p->weight, p->n};
        const bool is_cut = x_px - p->h < 1 || x_px + p->h > tile->n_cols - 2;
        char *row = (char *)sums + (size_t)row_first * row_bytes;
        for (int32_t r = row_first; r <= row_last; r += 4) {
            const wh_d4 dy = (wh_d4){0, 1, 2, 3} + (r - y_px);
            wh_i4 begin, end;
            circle_ends(x_px - whole, dy, p->h, (int32_t)whole, WH_NUDGE, &begin, &end);
            if (is_cut) {
                const wh_i4 most = wh_i4_all(tile->n_cols);
                begin = wh_i4_min(wh_i4_max(begin, (wh_i4){0}), most);
                end = wh_i4_min(wh_i4_max(end, (wh_i4){0}), most);
            }
            begin *= (int32_t)sizeof(struct LOCAL(cell)); /* now bytes in a row */
            end *= (int32_t)sizeof(struct LOCAL(cell));
            struct LOCAL(rows) coefficients;
            LOCAL(expand)(&terms, rest - (dy * per_unit) * (dy * per_unit), &coefficients);
            for (int32_t k = 0; k < 4 && k <= row_last - r; k++, row += row_bytes) {
                struct LOCAL(cell) *from = (void *)(row + begin[k]);
                struct LOCAL(cell) *to = (void *)(row + end[k]);
                for (int j = 0; j < WH_DEGREE; j++) {
                    from->pair[j] += coefficients.pair[k][j];
                }
                from->pair[WH_DEGREE] += last;
                for (int j = 0; j < WH_DEGREE; j++) {
                    to->pair[j] -= coefficients.pair[k][j];
                }
                to->pair[WH_DEGREE] -= last;
            }
        }
    }
    return touched;
}

static void LOCAL(sum)(void *sums, const struct wh_tile *tile, uint32_t touched, uint32_t n_cols,
                       size_t stride, bool is_signed, double *value, uint32_t *support)
{
    const double per_unit = 1 / tile->unit_px, middle = 0.5 * tile->n_cols;
    for (int32_t r = 0; r < tile->n_rows; r++) {
        if ((touched >> r & 1) == 0) {
            continue;
        }
        struct LOCAL(cell) *cell =
            (struct LOCAL(cell) *)sums + (size_t)r * ((size_t)tile->n_cols + 1);
        wh_d2 running[N_PAIRS] = {{0}};
        for (uint32_t c = 0; c < n_cols; c++) {
            for (int j = 0; j < N_PAIRS; j++) {
                running[j] += cell[c].pair[j];
                cell[c].pair[j] = (wh_d2){0};
            }
            const double n_kernels = running[WH_DEGREE][1];
            if (n_kernels > 0) {
                const double t = (c - middle) * per_unit;
                const wh_d2 t2 = wh_d2_all(t * t);
                wh_d2 even_odd = running[WH_DEGREE];
                even_odd[1] = 0;
                for (int j = WH_DEGREE - 1; j >= 0; j--) {
                    even_odd = even_odd * t2 + running[j];
                }
                const double sum = even_odd[0] + even_odd[1] * t;
                if (value != NULL) {
                    value[(size_t)r * stride + c] += sum > 0 || is_signed ? sum : 0;
                }
                if (support != NULL) {
                    support[(size_t)r * stride + c] += (uint32_t)n_kernels;
                }
            }
        }
        memset(&cell[n_cols], 0, ((size_t)tile->n_cols + 1 - n_cols) * sizeof *cell);
    }
}

/*
 * Sum of (A - s²)^m over the columns [begin, end), s from `x`, A and s in units of h: with d from x
 * to the middle of the run and a = A - d², odd powers about the middle vanish; sums of even powers
 * of 1/2, 3/2, … or 0, 1, 2, … are m (m² - 1)/12 and so on.
 */
WH_INLINE wh_d4 LOCAL(run_mass)(wh_d4 a_row, wh_d4 begin, wh_d4 end, double x, double per_h)
{
    const wh_d4 m = wh_d4_floor0(end - begin);
#if WH_DEGREE == 0
    (void)a_row;
    (void)x;
    (void)per_h;
    return m;
#else
    const double per_h2 = per_h * per_h;
    const wh_d4 d = ((begin + end - 1) * 0.5 - x) * per_h;
    const wh_d4 d2 = d * d, a = a_row - d2, m2 = m * m;
    const wh_d4 s2 = m * (m2 - 1) * (per_h2 / 12);
#if WH_DEGREE == 1
    return m * a - s2;
#else
    const wh_d4 s4 = s2 * (3 * m2 - 7) * (per_h2 / 20);
#if WH_DEGREE == 2
    return m * a * a - 2 * a * s2 + s4 + 4 * d2 * s2;
#else
    const wh_d4 s6 = s2 * (3 * m2 * m2 - 18 * m2 + 31) * (per_h2 * per_h2 / 112);
    return m * a * a * a - 3 * a * a * s2 + 3 * a * s4 - s6 + 12 * d2 * (a * s2 - s4);
#endif
#endif
#endif
}

/* The same over the columns of row `row` that are both in [begin, end) and in gaps. */
static double LOCAL(gap_mass)(const struct wh_spans *spans, int64_t row, int32_t begin, int32_t end,
                              double a_row, double x, double per_h)
{
    double sum = 0;
    for (uint32_t g = spans->gap_of_row[row]; g < spans->gap_of_row[row + 1]; g++) {
        const int32_t from = begin > spans->gap_first[g] ? begin : spans->gap_first[g];
        const int32_t to = end < spans->gap_end[g] ? end : spans->gap_end[g];
        if (from < to) {
            sum += LOCAL(run_mass)(wh_d4_all(a_row), wh_d4_all(from), wh_d4_all(to), x, per_h)[0];
        }
    }
    return sum;
}

static double LOCAL(mass)(double x, double y, double h, const struct wh_spans *spans)
{
    const double top = floor(y + h), bottom = ceil(y - h), per_h = 1 / h;
    const int64_t row_first = bottom > 0 ? (int64_t)bottom : 0;
    const int64_t row_last = top < spans->n_rows - 1.0 ? (int64_t)top : (int64_t)spans->n_rows - 1;
    const double whole = floor(x);
    wh_d4 sum = {0};
    double gaps = 0;
    for (int64_t r = row_first; r <= row_last; r += 4) {
        const wh_d4 row = (wh_d4){0, 1, 2, 3} + (double)r, dy = row - y;
        wh_i4 begin, end, first, beyond;
        circle_ends(x - whole, dy, h, (int32_t)whole, WH_NUDGE, &begin, &end);
        memcpy(&first, spans->first + r, sizeof first);
        memcpy(&beyond, spans->end + r, sizeof beyond);
        begin = wh_i4_max(begin, first);
        end = wh_i4_min(end, beyond);
        const wh_d4 a = 1 - (dy * per_h) * (dy * per_h);
        const wh_d4 of_rows = LOCAL(run_mass)(a, __builtin_convertvector(begin, wh_d4),
                                              __builtin_convertvector(end, wh_d4), x, per_h);
        sum += (wh_d4)((wh_l4)of_rows & (row <= (double)row_last));
        for (int32_t k = 0; k < 4 && r + k <= row_last; k++) {
            if (spans->gap_of_row[r + k] < spans->gap_of_row[r + k + 1]) {
                gaps += LOCAL(gap_mass)(spans, r + k, begin[k], end[k], a[k], x, per_h);
            }
        }
    }
    return sum[0] + sum[1] + (sum[2] + sum[3]) - gaps;
}

#undef WH_JOIN_2
#undef WH_JOIN
#undef LOCAL
#undef N_PAIRS
