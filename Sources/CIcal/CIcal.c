// A calendar is text of strangers: what libical makes of it is counted, each loop has an end, and nothing is kept.

#include "CIcal.h"

#include <libical/ical.h>
#include <stdlib.h>
#include <string.h>

enum { LONGEST_EVENT = 366, SECONDS_OF_DAY = 86400 };

// A day of the event of this identifier that another event takes the place of.
typedef struct Moved {
    const char *uid;
    int64_t day;
} Moved;

typedef struct Walk {
    int64_t first, last;
    int32_t steps, limit;
    CIcalTake take;
    CIcalRules rules;
    void *context;
    CIcalCounts *counts;
    Moved *moved;
    size_t moved_count;
} Walk;

// Days since 1970-01-01, after Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms" (2013).
static int64_t day_of(struct icaltimetype time) {
    int64_t year = time.month <= 2 ? time.year - 1 : time.year;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t month = time.month > 2 ? time.month - 3 : time.month + 9;
    int64_t day_of_year = (153 * month + 2) / 5 + time.day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

static int64_t second_of(struct icaltimetype time) {
    return time.is_date ? 0 : time.hour * 3600 + time.minute * 60 + time.second;
}

// The number of whole days of an event; 0 if it is shorter than a day.
static int64_t days_of(icalcomponent *event, struct icaltimetype start) {
    struct icaltimetype end = icalcomponent_get_dtend(event);
    if (icaltime_is_null_time(end)) return start.is_date ? 1 : 0;
    int64_t days = day_of(end) - day_of(start);
    int64_t seconds = days * SECONDS_OF_DAY + second_of(end) - second_of(start);
    if (seconds < SECONDS_OF_DAY) return start.is_date ? 1 : 0;
    return (seconds + SECONDS_OF_DAY - 1) / SECONDS_OF_DAY;
}

static int by_day(const void *left, const void *right) {
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

static int by_identifier(const void *left, const void *right) {
    const Moved *a = left, *b = right;
    int order = strcmp(a->uid, b->uid);
    return order ? order : (a->day > b->day) - (a->day < b->day);
}

// Finds the days that events of a calendar take the place of, sorted.
static void find_moved(Walk *walk, icalcomponent *calendar) {
    walk->moved = NULL;
    walk->moved_count = 0;
    size_t room = 0;
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        icalproperty *property = icalcomponent_get_first_property(event, ICAL_RECURRENCEID_PROPERTY);
        const char *uid = property ? icalcomponent_get_uid(event) : NULL;
        if (!uid) continue;
        if (walk->moved_count == room) {
            size_t more = room ? room * 2 : 64;
            Moved *grown = realloc(walk->moved, more * sizeof *grown);
            if (!grown) break;
            walk->moved = grown;
            room = more;
        }
        Moved found = {uid, day_of(icalproperty_get_recurrenceid(property))};
        walk->moved[walk->moved_count++] = found;
    }
    if (walk->moved) qsort(walk->moved, walk->moved_count, sizeof *walk->moved, by_identifier);
}

// The first of the moved days of an event, and how many there are; none of an event that takes another one's place.
static const Moved *moved_days(const Walk *walk, icalcomponent *event, size_t *count) {
    *count = 0;
    const char *uid = icalcomponent_get_uid(event);
    if (!uid || !walk->moved || icalcomponent_count_properties(event, ICAL_RECURRENCEID_PROPERTY) > 0) return NULL;
    size_t low = 0, high = walk->moved_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(walk->moved[middle].uid, uid) < 0) low = middle + 1;
        else high = middle;
    }
    while (low + *count < walk->moved_count && strcmp(walk->moved[low + *count].uid, uid) == 0) ++*count;
    return *count ? walk->moved + low : NULL;
}

// The days that an event's rules leave out, or that other events take the place of, sorted; null if there are none.
static int64_t *left_out(const Walk *walk, icalcomponent *event, size_t *count) {
    size_t moved_count;
    const Moved *moved = moved_days(walk, event, &moved_count);
    *count = (size_t)icalcomponent_count_properties(event, ICAL_EXDATE_PROPERTY) + moved_count;
    int64_t *days = *count ? malloc(*count * sizeof *days) : NULL;
    size_t filled = 0;
    for (size_t index = 0; days && index < moved_count; index++) days[filled++] = moved[index].day;
    icalproperty *property = icalcomponent_get_first_property(event, ICAL_EXDATE_PROPERTY);
    while (days && property && filled < *count) {
        days[filled++] = day_of(icalproperty_get_exdate(property));
        property = icalcomponent_get_next_property(event, ICAL_EXDATE_PROPERTY);
    }
    *count = days ? filled : 0;
    if (days) qsort(days, filled, sizeof *days, by_day);
    return days;
}

typedef struct Event {
    int64_t length;
    const char *name;
    int64_t *without;
    size_t without_count;
} Event;

// Gives one repetition; false if there are too many.
static int give(Walk *walk, const Event *event, int64_t day) {
    if (++walk->steps > walk->limit) return 0;
    if (day > walk->last || day + event->length <= walk->first) return 1;
    if (event->without && bsearch(&day, event->without, event->without_count, sizeof day, by_day)) return 1;
    walk->take(walk->context, day, (int32_t)event->length, event->name);
    return 1;
}

// Gives the repetitions by a rule, and counts it if it is understood; false if there are too many.
static int give_rule(Walk *walk, const Event *event, struct icaltimetype start, struct icalrecurrencetype rule,
                     int32_t *understood) {
    if (rule.freq < ICAL_DAILY_RECURRENCE || rule.freq > ICAL_YEARLY_RECURRENCE) return 1;
    icalrecur_iterator *iterator = icalrecur_iterator_new(rule, start);
    if (!iterator) return 1;
    ++*understood;
    int goes_on = 1;
    while (goes_on) {
        struct icaltimetype next = icalrecur_iterator_next(iterator);
        if (icaltime_is_null_time(next) || day_of(next) > walk->last) break;
        goes_on = give(walk, event, day_of(next));
    }
    icalrecur_iterator_free(iterator);
    return goes_on;
}

static int give_repetitions(Walk *walk, icalcomponent *component, const Event *event, struct icaltimetype start) {
    start.is_date = 1;
    start.zone = NULL;
    start.hour = start.minute = start.second = 0;
    if (!give(walk, event, day_of(start))) return 0;
    int32_t rules = 0;
    icalproperty *property = icalcomponent_get_first_property(component, ICAL_RRULE_PROPERTY);
    for (; property; property = icalcomponent_get_next_property(component, ICAL_RRULE_PROPERTY)) {
        if (!give_rule(walk, event, start, icalproperty_get_rrule(property), &rules)) return 0;
    }
    walk->rules(walk->context, walk->counts->events - 1, rules);
    property = icalcomponent_get_first_property(component, ICAL_RDATE_PROPERTY);
    for (; property; property = icalcomponent_get_next_property(component, ICAL_RDATE_PROPERTY)) {
        struct icaldatetimeperiodtype date = icalproperty_get_rdate(property);
        struct icaltimetype day = icaltime_is_null_time(date.time) ? date.period.start : date.time;
        if (!icaltime_is_null_time(day) && !give(walk, event, day_of(day))) return 0;
    }
    return 1;
}

// Gives an event with its repetitions; false if there are too many.
static int give_event(Walk *walk, icalcomponent *component) {
    CIcalCounts *counts = walk->counts;
    counts->events++;
    if (icalcomponent_get_status(component) == ICAL_STATUS_CANCELLED) {
        counts->cancelled++;
        return 1;
    }
    struct icaltimetype start = icalcomponent_get_dtstart(component);
    if (icaltime_is_null_time(start) || start.month < 1 || start.month > 12 || start.day < 1 || start.day > 31) {
        counts->undated++;
        return 1;
    }
    Event event = {days_of(component, start), icalcomponent_get_summary(component), NULL, 0};
    if (event.length < 1) counts->partial++;
    if (event.length > LONGEST_EVENT) counts->undated++;
    if (event.length < 1 || event.length > LONGEST_EVENT) return 1;
    event.without = left_out(walk, component, &event.without_count);
    int goes_on = give_repetitions(walk, component, &event, start);
    free(event.without);
    return goes_on;
}

static int give_calendar(Walk *walk, icalcomponent *calendar) {
    find_moved(walk, calendar);
    int goes_on = 1;
    icalcomponent *event = icalcomponent_get_first_component(calendar, ICAL_VEVENT_COMPONENT);
    for (; event && goes_on; event = icalcomponent_get_next_component(calendar, ICAL_VEVENT_COMPONENT)) {
        goes_on = give_event(walk, event);
    }
    free(walk->moved);
    return goes_on;
}

int32_t cical_days(const char *text, int64_t first, int64_t last, int32_t limit, CIcalTake take, CIcalRules rules,
                   void *context, CIcalCounts *counts) {
    *counts = (CIcalCounts){0};
    icalerror_set_errors_are_fatal(0);
    icalcomponent *root = icalparser_parse_string(text);
    if (!root) return CICAL_NO_CALENDAR;
    Walk walk = {first, last, 0, limit, take, rules, context, counts, NULL, 0};
    int goes_on = 1;
    if (icalcomponent_isa(root) == ICAL_VCALENDAR_COMPONENT) {
        goes_on = give_calendar(&walk, root);
    } else {
        icalcomponent *calendar = icalcomponent_get_first_component(root, ICAL_VCALENDAR_COMPONENT);
        for (; calendar && goes_on; calendar = icalcomponent_get_next_component(root, ICAL_VCALENDAR_COMPONENT)) {
            goes_on = give_calendar(&walk, calendar);
        }
    }
    counts->errors = icalcomponent_count_errors(root);
    icalcomponent_free(root);
    if (!goes_on) return CICAL_TOO_MANY;
    return counts->events > 0 ? CICAL_READ : CICAL_NO_CALENDAR;
}
