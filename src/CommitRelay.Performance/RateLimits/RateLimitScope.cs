using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace CommitRelay.Performance.RateLimits;

/// <summary>The default name of the limit that a request counts against: host, port, and a hash of the credential.</summary>
internal sealed class RateLimitScope
{
    private const int MostRemembered = 256;
    private static readonly string[] CredentialHeaders = ["x-api-key", "api-key", "Authorization"];
    private readonly ConcurrentDictionary<(string Authority, string Credential), string> _names = new();

    public string Of(HttpRequestMessage request)
    {
        var authority = request.RequestUri is { IsAbsoluteUri: true } uri ? uri.Authority : "unknown";
        var key = (authority, Credential(request));
        if (_names.TryGetValue(key, out var known))
            return known;
        var name = Name(key.authority, key.Item2);
        if (_names.Count < MostRemembered)
            _names.TryAdd(key, name);
        return name;
    }

    private static string Credential(HttpRequestMessage request)
    {
        foreach (var name in CredentialHeaders)
        {
            if (request.Headers.NonValidated.TryGetValues(name, out var values))
                return values.ToString();
        }

        return "";
    }

    private static string Name(string authority, string credential)
    {
        if (credential.Length == 0)
            return authority;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes("CommitRelay.RateLimit\n" + credential));
        return $"{authority}/{Convert.ToHexStringLower(hash.AsSpan(0, 8))}";
    }
}
