/* The strict CSV reader: what it accepts, the sentence of each fault, and going on after a bad row.
 */
#include "base/csv.h"
#include "base/sha256.h"
#include "base/str.h"
#include "wh_test_ctx.h"

static const struct wh_csv_options plain = {.delimiter = ','};

static struct wh_csv *open_bytes(const void *bytes, size_t len, const struct wh_csv_options *opt)
{
    struct wh_csv *csv = NULL;
    struct wh_error err = {0};
    assert_wh_ok(wh_csv_open(ctx, write_bytes("csv.csv", bytes, len), opt, &csv, &err));
    return csv;
}

static struct wh_csv *open_text(const char *text)
{
    return open_bytes(text, strlen(text), &plain);
}

/* Reads to the end; the error must begin with "csv.csv" + sentence. */
static void refuse_bytes(const void *bytes, size_t len, const struct wh_csv_options *opt,
                         const char *sentence)
{
    struct wh_csv *csv = NULL;
    struct wh_error err = {0};
    struct wh_csv_row row;
    char text[1400], wanted[256];
    bool is_end = false;
    enum wh_status status = wh_csv_open(ctx, write_bytes("csv.csv", bytes, len), opt, &csv, &err);
    while (status == WH_OK && !is_end) {
        status = wh_csv_next(csv, &row, &is_end, &err);
    }
    wh_csv_close(csv);
    assert_int_equal(status, WH_ERR_INPUT);
    snprintf(wanted, sizeof wanted, "csv.csv%s", sentence);
    wh_error_text(&err, text, sizeof text);
    if (strncmp(text, wanted, strlen(wanted)) != 0) {
        fail_msg("\"%s\" does not begin with \"%s\"", text, wanted);
    }
}

static void refuse(const char *text, const char *sentence)
{
    refuse_bytes(text, strlen(text), &plain, sentence);
}

static void expect_row(struct wh_csv *csv, uint64_t line, size_t n, const char *const *field)
{
    struct wh_csv_row row;
    struct wh_error err = {0};
    bool is_end = true;
    assert_wh_ok(wh_csv_next(csv, &row, &is_end, &err));
    assert_false(is_end);
    if (row.is_bad) {
        fail_msg("line %llu: %s", (unsigned long long)row.line, row.fault);
    }
    assert_int_equal(row.line, line);
    assert_int_equal(wh_csv_columns(csv), n);
    for (size_t i = 0; i < n; i++) {
        if (!wh_str_eq_c(row.field[i], field[i])) {
            fail_msg("line %llu: field %zu is \"%.*s\", not \"%s\"", (unsigned long long)line,
                     i + 1, (int)row.field[i].len, row.field[i].ptr, field[i]);
        }
    }
}
#define EXPECT(csv, line, ...)                                                                     \
    expect_row((csv), (line), sizeof((const char *[]){__VA_ARGS__}) / sizeof(char *),              \
               (const char *[]){__VA_ARGS__})

static void expect_bad(struct wh_csv *csv, uint64_t line, uint32_t column, const char *fault,
                       const char *raw)
{
    struct wh_csv_row row;
    struct wh_error err = {0};
    bool is_end = true;
    assert_wh_ok(wh_csv_next(csv, &row, &is_end, &err));
    assert_false(is_end);
    assert_true(row.is_bad);
    assert_int_equal(row.line, line);
    assert_int_equal(row.fault_column, column);
    assert_string_equal(row.fault, fault);
    if (!wh_str_eq_c(row.raw, raw)) {
        fail_msg("raw is \"%.*s\", not \"%s\"", (int)row.raw.len, row.raw.ptr, raw);
    }
}

static void expect_end(struct wh_csv *csv)
{
    struct wh_csv_row row;
    struct wh_error err = {0};
    bool is_end = false;
    assert_wh_ok(wh_csv_next(csv, &row, &is_end, &err));
    assert_true(is_end);
    wh_csv_close(csv);
}

/* ---- accepted ---- */

static void rows_come_with_their_lines_and_without_their_quotes(void **state)
{
    (void)state;
    struct wh_csv *csv = open_text("id,\"the note\",n\n1,\"a, \"\"b\"\"\nc\",2\n3,,\"\"\n");
    assert_int_equal(wh_csv_find(csv, "THE NOTE"), 1);
    assert_int_equal(wh_csv_find(csv, "the"), -1);
    EXPECT(csv, 2, "1", "a, \"b\"\nc", "2");
    EXPECT(csv, 4, "3", "", "");
    expect_end(csv);
}

static void a_byte_order_mark_is_no_part_of_the_first_name(void **state)
{
    (void)state;
    struct wh_csv *csv = open_text("\xEF\xBB\xBF"
                                   "id,n\n1,2\n");
    assert_int_equal(wh_csv_find(csv, "id"), 0);
    EXPECT(csv, 2, "1", "2");
    expect_end(csv);
}

static void cr_lf_and_crlf_each_end_one_line(void **state)
{
    (void)state;
    struct wh_csv *csv = open_text("a,b\r1,2\r\n3,\"x\r\ny\rz\n\"\n5,6\r7,8\r\n");
    EXPECT(csv, 2, "1", "2");
    EXPECT(csv, 3, "3", "x\r\ny\rz\n");
    EXPECT(csv, 7, "5", "6");
    EXPECT(csv, 8, "7", "8");
    assert_null(wh_csv_note(csv));
    expect_end(csv);
}

static void a_last_line_without_its_end_is_read_and_noted(void **state)
{
    (void)state;
    struct wh_csv *csv = open_text("a,b\n1,2");
    EXPECT(csv, 2, "1", "2");
    assert_string_equal(wh_csv_note(csv), "last line has no line end");
    expect_end(csv);
    const struct wh_csv_options opt = {.delimiter = ',', .needs_final_newline = true};
    refuse_bytes("a,b\n1,2", 7, &opt, ":2: last line has no line end");
    csv = open_bytes("a,b\n1,2\n", 8, &opt);
    EXPECT(csv, 2, "1", "2");
    expect_end(csv);
}

static void blank_lines_at_the_end_are_nothing_and_elsewhere_bad_rows(void **state)
{
    (void)state;
    struct wh_csv *csv = open_text("a,b\n1,2\n\n\r\n3,4\n\n\n\r\n");
    EXPECT(csv, 2, "1", "2");
    expect_bad(csv, 3, 0, "blank line", "");
    expect_bad(csv, 4, 0, "blank line", "");
    EXPECT(csv, 5, "3", "4");
    expect_end(csv);
}

static void columns_are_found_whatever_their_case_and_blanks(void **state)
{
    (void)state;
    struct wh_csv *csv = open_text("Ref , EASTING,easting\n1,2,3\n");
    assert_int_equal(wh_csv_find(csv, " ref"), 0);
    assert_int_equal(wh_csv_find(csv, "EASTING"), 1);
    assert_int_equal(wh_csv_find(csv, "easting"), 2);
    assert_int_equal(wh_csv_find(csv, "Easting"), 1);
    wh_csv_close(csv);
}

static void other_delimiters_are_taken_as_declared(void **state)
{
    (void)state;
    const struct wh_csv_options opt = {.delimiter = ';'};
    struct wh_csv *csv = open_bytes("a;b\n1,5;2\n", 10, &opt);
    EXPECT(csv, 2, "1,5", "2");
    expect_end(csv);
}

static void windows_1252_is_recoded_when_declared(void **state)
{
    (void)state;
    const struct wh_csv_options opt = {.delimiter = ',', .is_cp1252 = true};
    static const char bytes[] = "a,b\ncaf\xE9,\"\x80 \"\"5\"\"\"\nx\x81,y\nz,w\n";
    struct wh_csv *csv = open_bytes(bytes, sizeof bytes - 1, &opt);
    EXPECT(csv, 2, "caf\xC3\xA9", "\xE2\x82\xAC \"5\"");
    expect_bad(csv, 3, 1, "byte 0x81 is not Windows-1252", "x\\x81,y");
    EXPECT(csv, 4, "z", "w");
    expect_end(csv);
}

/* ---- bad rows ---- */

static void a_bad_row_is_named_and_the_next_one_read(void **state)
{
    (void)state;
    static const char bytes[] = "id,note,n\n"
                                "1,caf\xE9,2\n"
                                "3,a\"b,4\n"
                                "5,\"a\"b,6\n"
                                "7,8\n"
                                "9,10,11,12\n"
                                "13,a\0b,14\n"
                                "15,\xC0\xAF,16\n"
                                "17,\xED\xA0\x80,18\n"
                                "19,fine,20\n";
    struct wh_csv *csv = open_bytes(bytes, sizeof bytes - 1, &plain);
    expect_bad(csv, 2, 2, "byte 0xE9 is not UTF-8", "1,caf\\xE9,2");
    expect_bad(csv, 3, 2, "quote inside a field that does not begin with one", "3,a\"b,4");
    expect_bad(csv, 4, 2, "text after the closing quote", "5,\"a\"b,6");
    expect_bad(csv, 5, 0, "2 fields, header has 3", "7,8");
    expect_bad(csv, 6, 0, "4 fields, header has 3", "9,10,11,12");
    expect_bad(csv, 7, 0, "NUL byte", "13,a\\x00b,14");
    expect_bad(csv, 8, 2, "byte 0xC0 is not UTF-8", "15,\\xC0\\xAF,16");
    expect_bad(csv, 9, 2, "byte 0xED is not UTF-8", "17,\\xED\\xA0\\x80,18");
    EXPECT(csv, 10, "19", "fine", "20");
    expect_end(csv);
}

static void a_quote_that_swallows_rows_costs_only_its_own(void **state)
{
    (void)state;
    struct wh_csv *csv = open_text("id,note\n1,\"never closed\n2,plain\n3,\"good\"\n4,x\n");
    expect_bad(csv, 2, 2, "text after the closing quote", "1,\"never closed");
    EXPECT(csv, 3, "2", "plain");
    EXPECT(csv, 4, "3", "good");
    EXPECT(csv, 5, "4", "x");
    expect_end(csv);
}

static void a_row_cut_off_at_the_end_is_a_bad_row(void **state)
{
    (void)state;
    struct wh_csv *csv = open_text("a,b,c\n1,2,3\n4,5");
    EXPECT(csv, 2, "1", "2", "3");
    expect_bad(csv, 3, 0, "2 fields, header has 3", "4,5");
    expect_end(csv);
}

/* ---- bad files ---- */

static void what_is_no_csv_is_told_by_its_first_bytes(void **state)
{
    (void)state;
    refuse("", ": empty file");
    refuse("\xEF\xBB\xBF", ": empty file");
    refuse("\r\n\n", ": empty file");
    refuse("a,b\n", ": no data rows");
    refuse("a,b", ": no data rows");
    refuse("a,b\n\n\n", ": no data rows");
    refuse("\xFF\xFE"
           "a",
           ": UTF-16; export as UTF-8 (or set encoding)");
    refuse("\xFE\xFF", ": UTF-16; export as UTF-8 (or set encoding)");
    refuse_bytes("a\0,\0b\0\n\0", 8, &plain, ": UTF-16");
    refuse("PK\x03\x04rest", ": looks like a zip archive");
    refuse("\x1F\x8B\x08", ": looks like a gzip archive");
    refuse("<OGRVRTDataSource/>", ": not CSV");
    refuse("  \n<?xml version=\"1.0\"?>", ": not CSV");
    refuse("{\"type\":1}", ": not CSV");
    refuse("%PDF-1.4", ": not CSV");
}

static void a_header_must_make_sense(void **state)
{
    (void)state;
    refuse("a;b;c\n1;2;3\n", ": one column found; is the separator \";\"?");
    refuse("\"a\";\"b\"\n1;2\n", ": one column found; is the separator \";\"?");
    refuse("a\tb\n1\t2\n", ": one column found; is the separator a tab?");
    refuse("id,b,c,d,e,f,g,h,id\n", ": column \"id\" appears at 1 and 9");
    refuse("a,b\"c\n1,2\n", ":1: header: field 2: quote inside");
    refuse("a,\xE9\n1,2\n", ":1: header: field 2: byte 0xE9 is not UTF-8");
}

static void a_quote_that_is_never_closed_is_named_by_its_line(void **state)
{
    (void)state;
    refuse("a,b\n1,2\n3,\"x\ny\n5,6\n", ":3: quote opened here is never closed");
    refuse("a,b\n1,\"2\n\n", ":2: quote opened here is never closed");
    refuse("a,b\n\"x\ny\",\"2", ":3: quote opened here is never closed");
    refuse("a,\"b", ":1: quote opened here is never closed");
}

static void nuls_at_the_end_are_a_file_that_was_cut_off(void **state)
{
    (void)state;
    static char bytes[4096 + 8];
    memcpy(bytes, "a,b\n1,2\n", 8);
    refuse_bytes(bytes, sizeof bytes, &plain, ":3: 4096 NUL bytes at end; file looks cut off");
    refuse_bytes("a,b\n1,\0\0", 8, &plain, ":2: 2 NUL bytes at end");
    refuse_bytes("a,b\n1,\"x\n\0\0", 11, &plain, ":3: 2 NUL bytes at end");
}

/* ---- size ---- */

static void fill(char *bytes, size_t from, size_t to, char c)
{
    memset(bytes + from, c, to - from);
}

static void a_record_may_hold_one_mebibyte_and_not_a_byte_more(void **state)
{
    (void)state;
    const size_t cap = 6u << 20;
    char *bytes = malloc(cap);
    struct wh_error err = {0};
    struct wh_csv_row row;
    bool is_end = false;
    assert_non_null(bytes);
    memcpy(bytes, "a,b\n1,", 6);
    fill(bytes, 6, 4 + WH_CSV_MAX_LINE, 'x');
    memcpy(bytes + 4 + WH_CSV_MAX_LINE, "\n2,3\n", 5);
    struct wh_csv *csv = open_bytes(bytes, 4 + WH_CSV_MAX_LINE + 5, &plain);
    assert_wh_ok(wh_csv_next(csv, &row, &is_end, &err));
    assert_int_equal(row.field[1].len, WH_CSV_MAX_LINE - 2);
    EXPECT(csv, 3, "2", "3");
    expect_end(csv);

    memcpy(bytes + 4 + WH_CSV_MAX_LINE, "x\n2,3\n", 6);
    refuse_bytes(bytes, 4 + WH_CSV_MAX_LINE + 6, &plain, ":2: line longer than 1 MiB");
    fill(bytes, 6, cap, 'x');
    refuse_bytes(bytes, cap, &plain, ":2: line longer than 1 MiB");
    bytes[6] = '"'; /* a quote, closed far too late; then never */
    bytes[cap - 2] = '"';
    bytes[cap - 1] = '\n';
    refuse_bytes(bytes, cap, &plain, ":2: line longer than 1 MiB");
    bytes[cap - 2] = 'x';
    refuse_bytes(bytes, cap, &plain, ":2: quote opened here is never closed");
    fill(bytes, 6, cap, '\0');
    refuse_bytes(bytes, cap, &plain, ":2: 6291450 NUL bytes at end");
    bytes[cap - 1] = '\n';
    refuse_bytes(bytes, cap, &plain, ":2: line longer than 1 MiB");
    free(bytes);
}

static void a_header_may_name_1024_columns_and_not_one_more(void **state)
{
    (void)state;
    const size_t n = 1000000;
    char *text = malloc(n * 8);
    size_t len = 0, at_1024 = 0;
    assert_non_null(text);
    for (size_t i = 0; i < n; i++) {
        len += (size_t)snprintf(text + len, 16, "%sc%zu", i == 0 ? "" : ",", i);
        at_1024 = i + 1 == WH_CSV_MAX_FIELDS ? len : at_1024;
    }
    refuse_bytes(text, len, &plain, ":1: more than 1,024 columns");
    text[at_1024] = '\n';
    struct wh_csv *csv = open_bytes(text, at_1024 + 20, &plain);
    assert_int_equal(wh_csv_columns(csv), WH_CSV_MAX_FIELDS);
    wh_csv_close(csv);
    free(text);
}

static void the_hash_is_of_the_bytes_as_they_stand(void **state)
{
    (void)state;
    char seen[65], wanted[65];
    struct wh_error err = {0};
    struct wh_csv *csv = open_text("\xEF\xBB\xBF"
                                   "a,b\r\n1,2\r\n\r\n");
    EXPECT(csv, 2, "1", "2");
    struct wh_csv_row row;
    bool is_end = false;
    assert_wh_ok(wh_csv_next(csv, &row, &is_end, &err));
    assert_true(is_end);
    wh_csv_sha256(csv, seen);
    assert_int_equal(wh_csv_bytes_read(csv), 15);
    assert_wh_ok(wh_sha256_file(ctx, "csv.csv", wanted, &err));
    assert_string_equal(seen, wanted);
    wh_csv_close(csv);
}

static void files_that_are_none_are_refused(void **state)
{
    (void)state;
    struct wh_csv *csv = NULL;
    struct wh_error err = {0};
    char text[1400];
    assert_int_equal(wh_csv_open(ctx, "no-such.csv", &plain, &csv, &err), WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, text, sizeof text),
                        "no-such.csv: No such file or directory");
    assert_int_equal(wh_csv_open(ctx, ".", &plain, &csv, &err), WH_ERR_INPUT);
    assert_string_equal(wh_error_text(&err, text, sizeof text), ".: not a regular file");
    assert_int_equal(wh_csv_open(ctx, "/vsicurl/http://x/y.csv", &plain, &csv, &err),
                     WH_ERR_CONFIG);
    assert_text_has(wh_error_text(&err, text, sizeof text), "input must be a file path");
}

static void a_file_that_grows_while_it_is_read_is_refused(void **state)
{
    (void)state;
    const size_t len = 5u << 20;
    char *bytes = malloc(len);
    struct wh_error err = {0};
    struct wh_csv_row row;
    bool is_end = false;
    assert_non_null(bytes);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = "a,b\n"[i % 4] == 'a' && i > 3 ? 'c' : "a,b\n"[i % 4];
    }
    struct wh_csv *csv = open_bytes(bytes, len, &plain);
    assert_wh_ok(wh_csv_next(csv, &row, &is_end, &err));
    FILE *const file = fopen("csv.csv", "ab");
    assert_non_null(file);
    assert_int_equal(fputs("d,e\n", file) >= 0, 1);
    assert_int_equal(fclose(file), 0);
    enum wh_status status = WH_OK;
    while (status == WH_OK && !is_end) {
        status = wh_csv_next(csv, &row, &is_end, &err);
    }
    assert_int_equal(status, WH_ERR_INPUT);
    assert_text_has(err.message, "changed while being read");
    wh_csv_close(csv);
    free(bytes);
}

/* ---- properties ---- */

enum { MOST_ROWS = 60, MOST_FIELDS = 7, MOST_BYTES = 40 };

struct table {
    size_t n_rows, n_fields;
    size_t len[MOST_ROWS][MOST_FIELDS];
    char text[MOST_ROWS][MOST_FIELDS][MOST_BYTES];
};

static size_t random_text(uint64_t *seed, char *out)
{
    static const char *const piece[] = {"a",  "B",    "0",  " ", ",",        "\"",
                                        "\n", "\r\n", "\r", ";", "\xC3\xA9", "\xF0\x9F\x9A\xAE",
                                        "\t", "\"\"", "'",  "x"};
    size_t len = 0;
    for (size_t n = random_below(seed, 9); n > 0; n--) {
        const char *const p = piece[random_below(seed, sizeof piece / sizeof piece[0])];
        memcpy(out + len, p, strlen(p));
        len += strlen(p);
    }
    return len;
}

static void random_table(uint64_t *seed, struct table *table)
{
    table->n_rows = 1 + random_below(seed, MOST_ROWS);
    table->n_fields = 2 + random_below(seed, MOST_FIELDS - 1);
    for (size_t r = 0; r < table->n_rows; r++) {
        for (size_t f = 0; f < table->n_fields; f++) {
            table->len[r][f] = random_text(seed, table->text[r][f]);
        }
    }
}

static void add_field(struct wh_buf *buf, uint64_t *seed, struct wh_str field)
{
    bool quote = random_below(seed, 4) == 0;
    for (size_t i = 0; i < field.len; i++) {
        quote = quote || strchr(",\"\r\n", field.ptr[i]) != NULL;
    }
    if (!quote) {
        wh_buf_str(buf, field);
        return;
    }
    wh_buf_char(buf, '"');
    for (size_t i = 0; i < field.len; i++) {
        wh_buf_c(buf, field.ptr[i] == '"' ? "\"" : "");
        wh_buf_char(buf, field.ptr[i]);
    }
    wh_buf_char(buf, '"');
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    static struct table table;
    uint64_t seed = test_seed("csv round trip");
    for (int trial = 0; trial < 400; trial++) {
        struct wh_buf buf;
        struct wh_error err = {0};
        random_table(&seed, &table);
        wh_buf_init(&buf, ctx);
        for (size_t f = 0; f < table.n_fields; f++) {
            wh_buf_printf(&buf, "%scolumn %zu", f == 0 ? "" : ",", f);
        }
        wh_buf_c(&buf, "\n");
        for (size_t r = 0; r < table.n_rows; r++) {
            for (size_t f = 0; f < table.n_fields; f++) {
                wh_buf_c(&buf, f == 0 ? "" : ",");
                add_field(&buf, &seed, (struct wh_str){table.text[r][f], table.len[r][f]});
            }
            wh_buf_c(&buf, ends[random_below(&seed, 3)]);
        }
        struct wh_csv *csv = open_bytes(buf.ptr, buf.len, &plain);
        for (size_t r = 0; r < table.n_rows; r++) {
            struct wh_csv_row row;
            bool is_end = true;
            assert_wh_ok(wh_csv_next(csv, &row, &is_end, &err));
            assert_false(is_end || row.is_bad);
            for (size_t f = 0; f < table.n_fields; f++) {
                assert_true(
                    wh_str_eq(row.field[f], (struct wh_str){table.text[r][f], table.len[r][f]}));
            }
        }
        expect_end(csv);
        wh_buf_finish(&buf);
    }
}

static uint64_t count_lines(struct wh_str text)
{
    uint64_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        n += text.ptr[i] == '\n' ||
             (text.ptr[i] == '\r' && (i + 1 == text.len || text.ptr[i + 1] != '\n'));
    }
    return n;
}

static void any_bytes_end_in_rows_or_a_sentence(void **state)
{
    (void)state;
    static const char alphabet[] = "ab,,\"\"\n\n\r\0\xE9\xC3\xA9;";
    uint64_t seed = test_seed("csv of any bytes");
    for (int trial = 0; trial < 1000; trial++) {
        char bytes[200];
        const size_t len = random_below(&seed, sizeof bytes - 4);
        memcpy(bytes, "a,b\n", 4);
        for (size_t i = 0; i < len; i++) {
            bytes[4 + i] = alphabet[random_below(&seed, sizeof alphabet - 1)];
        }
        struct wh_csv *csv = NULL;
        struct wh_error err = {0};
        struct wh_csv_row row;
        bool is_end = false;
        uint64_t line = 1, n_rows = 0;
        enum wh_status status =
            wh_csv_open(ctx, write_bytes("any.csv", bytes, len + 4), &plain, &csv, &err);
        while (status == WH_OK && !is_end) {
            status = wh_csv_next(csv, &row, &is_end, &err);
            if (status == WH_OK && !is_end) { /* lines only go up, and no row is told twice */
                assert_true(row.line > line);
                line = row.line;
                n_rows++;
                assert_true(row.is_bad || wh_utf8_check(row.raw) == row.raw.len);
            }
        }
        const uint64_t lines = count_lines((struct wh_str){bytes, len + 4});
        assert_true(n_rows <= lines + 1);
        assert_true(status == WH_OK || (status == WH_ERR_INPUT && err.message[0] != '\0'));
        wh_csv_close(csv);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_come_with_their_lines_and_without_their_quotes),
        cmocka_unit_test(a_byte_order_mark_is_no_part_of_the_first_name),
        cmocka_unit_test(cr_lf_and_crlf_each_end_one_line),
        cmocka_unit_test(a_last_line_without_its_end_is_read_and_noted),
        cmocka_unit_test(blank_lines_at_the_end_are_nothing_and_elsewhere_bad_rows),
        cmocka_unit_test(columns_are_found_whatever_their_case_and_blanks),
        cmocka_unit_test(other_delimiters_are_taken_as_declared),
        cmocka_unit_test(windows_1252_is_recoded_when_declared),
        cmocka_unit_test(a_bad_row_is_named_and_the_next_one_read),
        cmocka_unit_test(a_quote_that_swallows_rows_costs_only_its_own),
        cmocka_unit_test(a_row_cut_off_at_the_end_is_a_bad_row),
        cmocka_unit_test(what_is_no_csv_is_told_by_its_first_bytes),
        cmocka_unit_test(a_header_must_make_sense),
        cmocka_unit_test(a_quote_that_is_never_closed_is_named_by_its_line),
        cmocka_unit_test(nuls_at_the_end_are_a_file_that_was_cut_off),
        cmocka_unit_test(a_record_may_hold_one_mebibyte_and_not_a_byte_more),
        cmocka_unit_test(a_header_may_name_1024_columns_and_not_one_more),
        cmocka_unit_test(the_hash_is_of_the_bytes_as_they_stand),
        cmocka_unit_test(files_that_are_none_are_refused),
        cmocka_unit_test(a_file_that_grows_while_it_is_read_is_refused),
        cmocka_unit_test(what_is_written_is_read_back),
        cmocka_unit_test(any_bytes_end_in_rows_or_a_sentence),
    };
    return cmocka_run_group_tests(tests, make_ctx, drop_ctx);
}
