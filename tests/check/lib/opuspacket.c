/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#include <gst/check/gstcheck.h>

#include "opuspacket.h"

/* The first byte: CELT of 20 ms, SILK of 60 ms; which code follows */
#define CELT20(code) (0xf8 | (code))
#define SILK60(code) (0x18 | (code))

GST_START_TEST (test_malformed_packets_are_told)
{
  static const struct
  {
    guint8 data[16];
    gsize size;
    gboolean valid;
  } cases[] = {
    {{0}, 0, FALSE},
    {{CELT20 (0)}, 1, TRUE},    /* DTX */
    {{CELT20 (0), 1, 2, 3}, 4, TRUE},
    {{CELT20 (0)}, 1276, TRUE},
    {{CELT20 (0)}, 1277, FALSE},
    {{CELT20 (1), 1, 2}, 3, TRUE},
    {{CELT20 (1), 1, 2, 3}, 4, FALSE},  /* not two of one size */
    {{CELT20 (1)}, 2551, TRUE},
    {{CELT20 (1)}, 2553, FALSE},
    {{CELT20 (2), 1, 9, 9}, 4, TRUE},
    {{CELT20 (2), 3, 9, 9}, 4, FALSE},  /* longer than the packet */
    {{CELT20 (2)}, 1, FALSE},
    {{CELT20 (2), 252}, 2, FALSE},      /* half a length */
    {{CELT20 (2), 252, 1}, 260, TRUE},
    {{CELT20 (2), 252, 1}, 258, FALSE},
    {{CELT20 (3)}, 1, FALSE},
    {{CELT20 (3), 0}, 2, FALSE},        /* no frames */
    {{CELT20 (3), 6, 1, 2, 3, 4, 5, 6}, 8, TRUE},
    {{CELT20 (3), 7, 1, 2, 3, 4, 5, 6, 7}, 9, FALSE},   /* 140 ms */
    {{SILK60 (3), 2, 1, 1}, 4, TRUE},
    {{SILK60 (3), 3, 1, 1, 1}, 5, FALSE},       /* 180 ms */
    {{CELT20 (3), 2, 1, 2, 3}, 5, FALSE},       /* not two of one size */
    {{CELT20 (3), 0x42, 2, 1, 1, 0, 0}, 7, TRUE},       /* two of padding */
    {{CELT20 (3), 0x42, 9, 1, 1, 0, 0}, 7, FALSE},
    {{CELT20 (3), 0x42, 255, 0}, 4, FALSE},
    {{CELT20 (3), 0x42, 255}, 3, FALSE},
    {{CELT20 (3), 0x82, 1, 9, 9, 9}, 6, TRUE},
    {{CELT20 (3), 0x83, 1, 9, 9, 9}, 6, FALSE},
    {{CELT20 (3), 0x83, 1}, 3, FALSE},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    /* of that size, so that a sanitizer sees what reads beyond */
    g_autofree guint8 *data = g_malloc0 (MAX (cases[i].size, 1));

    memcpy (data, cases[i].data, MIN (cases[i].size, sizeof cases[i].data));
    fail_unless (gst_rec_opus_packet_is_valid (data, cases[i].size)
        == cases[i].valid, "case %u", i);
  }
}

GST_END_TEST;

static Suite *
opuspacket_suite (void)
{
  Suite *s = suite_create ("opuspacket");
  TCase *tc = tcase_create ("general");

  suite_add_tcase (s, tc);
  tcase_add_test (tc, test_malformed_packets_are_told);

  return s;
}

GST_CHECK_MAIN (opuspacket);
