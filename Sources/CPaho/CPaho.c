// Paho's blocking interface. Its own thread answers the broker's pings: it runs because there are callbacks.

#include "CPaho.h"

#include <MQTTClient.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CPahoClient {
    MQTTClient handle;
    char *user, *password, *ca_file;
    int32_t tls;
};

static void lost(void *context, char *cause) {
    (void)context;
    (void)cause;
}

// Nothing is subscribed to.
static int arrived(void *context, char *topic, int length, MQTTClient_message *message) {
    (void)context;
    (void)length;
    MQTTClient_freeMessage(&message);
    MQTTClient_free(topic);
    return 1;
}

static char *copy(const char *text) { return text ? strdup(text) : NULL; }

CPahoClient *cpaho_begin(const char *address, const char *identity, const char *user, const char *password,
                         int32_t tls, const char *ca_file) {
    CPahoClient *client = calloc(1, sizeof *client);
    if (!client) return NULL;
    client->user = copy(user);
    client->password = copy(password);
    client->ca_file = copy(ca_file);
    client->tls = tls;
    if (MQTTClient_create(&client->handle, address, identity, MQTTCLIENT_PERSISTENCE_NONE, NULL) != MQTTCLIENT_SUCCESS ||
        MQTTClient_setCallbacks(client->handle, client, lost, arrived, NULL) != MQTTCLIENT_SUCCESS) {
        cpaho_end(client);
        return NULL;
    }
    return client;
}

void cpaho_end(CPahoClient *client) {
    if (!client) return;
    if (client->handle) {
        if (MQTTClient_isConnected(client->handle)) MQTTClient_disconnect(client->handle, 0);
        MQTTClient_destroy(&client->handle);
    }
    free(client->user);
    free(client->password);
    free(client->ca_file);
    free(client);
}

// What a code of the connection means. Positive ones are the broker's own.
static const char *words_of_connecting(int code) {
    switch (code) {
    case 1: return "the broker does not speak MQTT 3.1.1";
    case 2: return "the broker refuses the client's name";
    case 3: return "the broker is not available";
    case 4: return "the broker does not accept the user or the password";
    case 5: return "the broker does not let the client in; check the user and the password";
    default: return NULL;
    }
}

static void say(char *reason, int32_t size, const char *what, int code) {
    const char *text = MQTTClient_strerror(code);
    snprintf(reason, (size_t)size, "%s (%s, %d)", what, text ? text : "Paho's code", code);
}

static int connect_client(CPahoClient *client, int32_t milliseconds, char *reason, int32_t size) {
    MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
    MQTTClient_SSLOptions tls = MQTTClient_SSLOptions_initializer;
    options.MQTTVersion = MQTTVERSION_3_1_1;
    options.cleansession = 1;
    options.keepAliveInterval = 30;
    options.connectTimeout = milliseconds < 1000 ? 1 : milliseconds / 1000;
    options.username = client->user;
    options.password = client->password;
    if (client->tls) {
        tls.trustStore = client->ca_file;
        tls.enableServerCertAuth = 1;
        tls.disableDefaultTrustStore = client->ca_file != NULL;
        tls.verify = 1;
        options.ssl = &tls;
    }
    int code = MQTTClient_connect(client->handle, &options);
    if (code == MQTTCLIENT_SUCCESS) return 1;
    const char *words = words_of_connecting(code);
    if (words) snprintf(reason, (size_t)size, "%s", words);
    else say(reason, size, client->tls ? "there is no connection with TLS" : "there is no connection", code);
    return 0;
}

int32_t cpaho_publish(CPahoClient *client, const char *topic, const void *bytes, int32_t count, int32_t milliseconds,
                      char *reason, int32_t reason_size) {
    if (!MQTTClient_isConnected(client->handle) && !connect_client(client, milliseconds, reason, reason_size)) return 0;
    MQTTClient_deliveryToken token;
    int code = MQTTClient_publish(client->handle, topic, count, bytes, 1, 0, &token);
    if (code == MQTTCLIENT_SUCCESS) code = MQTTClient_waitForCompletion(client->handle, token, (unsigned long)milliseconds);
    if (code == MQTTCLIENT_SUCCESS) return 1;
    say(reason, reason_size, "the broker does not take the message", code);
    // Else Paho would send it again by itself after a while, beside the next attempt.
    MQTTClient_disconnect(client->handle, 0);
    return 0;
}
