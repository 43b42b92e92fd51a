// Publishing to a broker of MQTT 3.1.1, by Eclipse Paho. The calls block.
#ifndef CPAHO_H
#define CPAHO_H

#include <stdint.h>

/// A client with its settings, connected or not.
typedef struct CPahoClient CPahoClient;

/// Makes a client; connects to nothing yet. The texts are copied.
///
/// - address: `tcp://HOST:PORT` or `ssl://HOST:PORT`.
/// - user, password: null for none.
/// - tls: whether the broker's certificate and name are checked, which needs an address with `ssl`.
/// - ca_file: the certificates to trust, PEM; null for the system's.
/// - Returns: null if there is no memory, or the address cannot be read.
CPahoClient *cpaho_begin(const char *address, const char *identity, const char *user, const char *password,
                         int32_t tls, const char *ca_file);

/// Publishes a message, retained by nobody, with quality of service 1, and waits until the broker has it. Connects before
/// that if there is no connection.
///
/// - milliseconds: how long to connect, and then again how long to wait for the broker's word.
/// - reason: what failed, as a part of a sentence.
/// - Returns: 1 if the broker has it, else 0.
int32_t cpaho_publish(CPahoClient *client, const char *topic, const void *bytes, int32_t count, int32_t milliseconds,
                      char *reason, int32_t reason_size);

/// Ends the connection and frees the client; null is ignored.
void cpaho_end(CPahoClient *client);

#endif
