// Days of the events of an iCalendar (RFC 5545), by libical. A date is a day since 1970-01-01.
#ifndef CICAL_H
#define CICAL_H

#include <stdint.h>

/// What the events of a calendar are.
typedef struct CIcalCounts {
    /// All events.
    int32_t events;
    /// Those that are cancelled.
    int32_t cancelled;
    /// Those without a day, or of more than a year.
    int32_t undated;
    /// Those of less than a whole day.
    int32_t partial;
    /// Lines that libical cannot read.
    int32_t errors;
} CIcalCounts;

/// What came of reading.
enum { CICAL_READ = 0, CICAL_NO_CALENDAR = 1, CICAL_TOO_MANY = 2 };

/// Receives the first day of an event, how many days it has, and its name, which may be null.
typedef void (*CIcalTake)(void *context, int64_t day, int32_t days, const char *name);

/// Receives an event whose days count: its number among all events of the text, from 0, and how many of its rules of
/// repetition are understood.
typedef void (*CIcalRules)(void *context, int32_t event, int32_t rules);

/// Gives the whole days of all events that touch a range of days, each repetition apart. An event that moves a day of
/// another one takes its place.
///
/// - limit: the most events and repetitions, of which those before the range are counted too.
int32_t cical_days(const char *text, int64_t first, int64_t last, int32_t limit, CIcalTake take, CIcalRules rules,
                   void *context, CIcalCounts *counts);

#endif
