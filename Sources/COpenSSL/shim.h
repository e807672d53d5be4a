#pragma once
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/core_names.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

// Macros that cast or shift, which Swift does not import.

// SSL_CTX_set_mode(3).
static inline void picbed_tls_set_mode(SSL_CTX *context, long mode) {
  SSL_CTX_set_mode(context, mode);
}

// SSL_CTX_set_min_proto_version(3).
static inline int picbed_tls_set_lowest(SSL_CTX *context, int version) {
  return SSL_CTX_set_min_proto_version(context, version);
}

// SSL_CTX_set1_groups_list(3).
static inline int picbed_tls_set_groups(SSL_CTX *context, const char *names) {
  return SSL_CTX_set1_groups_list(context, names);
}

// SSL_CTX_set_session_cache_mode(3).
static inline void picbed_tls_set_cache_mode(SSL_CTX *context, long mode) {
  SSL_CTX_set_session_cache_mode(context, mode);
}

static const uint64_t picbed_tls_options =
  SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE
  | SSL_OP_PRIORITIZE_CHACHA | SSL_OP_ENABLE_KTLS;

// BIO_get_ktls_send(3): whether the kernel encrypts what is written to the connection's socket.
static inline int picbed_tls_kernel_sends(SSL *session) {
  return BIO_get_ktls_send(SSL_get_wbio(session)) > 0;
}
