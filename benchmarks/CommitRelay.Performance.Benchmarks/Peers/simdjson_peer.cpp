// The peer in C++: simdjson On-Demand over a file that is already in memory, parser and buffer used again and again.
#include <simdjson.h>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

static simdjson::ondemand::parser parser;
static std::vector<char> buffer;
static size_t length = 0;

extern "C" const char* peer_version() {
    static const std::string text = std::string(SIMDJSON_STRINGIFY(SIMDJSON_VERSION)) + " " SIMDJSON_STRINGIFY(SIMDJSON_BUILTIN_IMPLEMENTATION) " on " + simdjson::get_active_implementation()->name();
    return text.c_str();
}

extern "C" long peer_load(const char* path) {
    std::FILE* file = std::fopen(path, "rb");
    if (!file) return -1;
    std::fseek(file, 0, SEEK_END);
    length = static_cast<size_t>(std::ftell(file));
    std::rewind(file);
    if (buffer.size() < length + simdjson::SIMDJSON_PADDING) buffer.resize(length + simdjson::SIMDJSON_PADDING);
    size_t read = std::fread(buffer.data(), 1, length, file);
    std::fclose(file);
    return read == length ? static_cast<long>(length) : -1;
}

extern "C" long peer_count_queued() {
    simdjson::padded_string_view text(buffer.data(), length, buffer.size());
    simdjson::ondemand::document document;
    if (parser.iterate(text).get(document)) return -1;
    long count = 0;
    simdjson::ondemand::array tasks;
    if (document["tasks"].get_array().get(tasks)) return -1;
    for (auto element : tasks) {
        simdjson::ondemand::object task;
        if (element.get_object().get(task)) return -1;
        std::string_view status;
        if (!task["status"].get_string().get(status) && status == "queued") count++;
    }
    return count;
}
