import Testing

/// Every script against a real redis-server. The tests share one plain server and one in cluster
/// mode, and each empties the one that it uses: hence one at a time.
@Suite(.serialized)
struct ScriptTests {}
