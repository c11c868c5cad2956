/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Copyright (C) 2026 the gst-plugins-recording authors
 */
#pragma once

#include "store/credentials.h"

/* What a user of @element can do where there are no credentials: rows of a
 * table of GstRecUploadAdvice. */
#define GST_REC_CREDENTIALS_ADVICES(element) \
  {gst_rec_credentials_error_quark, GST_REC_CREDENTIALS_ERROR_UNREACHABLE, \
      GST_RESOURCE_ERROR_NOT_AUTHORIZED, \
      "Check the network and who gives out the credentials (STS, the " \
      "endpoint of a container or of a machine): it cannot be reached."}, \
  {gst_rec_credentials_error_quark, GST_REC_CREDENTIALS_ERROR_REFUSED, \
      GST_RESOURCE_ERROR_NOT_AUTHORIZED, \
      "Check the role and who may have it: whoever gives out the " \
      "credentials refuses them."}, \
  {gst_rec_credentials_error_quark, GST_REC_CREDENTIALS_ERROR_ANSWER, \
      GST_RESOURCE_ERROR_NOT_AUTHORIZED, \
      "Check where the credentials come from: what comes from there are " \
      "none."}, \
  {gst_rec_credentials_error_quark, GST_REC_CREDENTIALS_ERROR_FILE, \
      GST_RESOURCE_ERROR_NOT_AUTHORIZED, \
      "Correct the files of the credentials: one cannot be read."}, \
  {gst_rec_credentials_error_quark, GST_REC_CREDENTIALS_ERROR_SETTINGS, \
      GST_RESOURCE_ERROR_NOT_AUTHORIZED, \
      "Correct the profile or the variables that say where the credentials " \
      "come from."}, \
  {gst_rec_credentials_error_quark, -1, GST_RESOURCE_ERROR_NOT_AUTHORIZED, \
      "Give " element " credentials: set access-key-id and " \
      "secret-access-key, the environment variables AWS_ACCESS_KEY_ID and " \
      "AWS_SECRET_ACCESS_KEY, or a profile of the credentials file."}
