// Checks meeting passwords for validate and join_room alike: one count of wrong tries, and the slow hash only once per right password.
using System.Net;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Parley.Protocol;
using Parley.Server.Composition.Configuration;
using Parley.Server.Features.Auth;
using Parley.Server.Operations.Metrics;

namespace Parley.Server.Features.Meetings;

/// <summary>What a check found.</summary>
public enum PasswordVerdict
{
    /// <summary>The meeting has none, or it is right.</summary>
    Accepted,

    /// <summary>Wrong or missing.</summary>
    Wrong,

    /// <summary>Too many wrong tries from this address.</summary>
    RateLimited,
}

/// <summary>The outcome of a check.</summary>
/// <param name="Verdict">What was found.</param>
/// <param name="RetryAfter">When to try again after <see cref="PasswordVerdict.RateLimited"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PasswordCheck(PasswordVerdict Verdict, TimeSpan RetryAfter = default);

/// <summary>Hashes and checks passwords of meetings.</summary>
public sealed class MeetingPasswords
{
    private const int WrongTriesPerMinute = 10;
    private const int RememberedPasswords = 10_000;

    private readonly SlowHashing _hashing; // borrowed
    private readonly WindowLimiter _attempts;
    private readonly bool _limited;
    private readonly ParleyMetrics _metrics;

    // What was found right, keyed by a secret of this process: a class of thirty that joins at once costs one slow hash.
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly Lock _gate = new();
    private readonly HashSet<string> _right = new(StringComparer.Ordinal);
    private readonly Queue<string> _rightByAge = new();

    internal MeetingPasswords(ParleyOptions options, SlowHashing hashing, TimeProvider clock, ParleyMetrics metrics)
    {
        _hashing = hashing;
        _limited = options.RateLimiting;
        _metrics = metrics;
        _attempts = new WindowLimiter(WrongTriesPerMinute, TimeSpan.FromMinutes(1), clock);
    }

    /// <summary>Hashes a new password for the store.</summary>
    public async Task<string> HashAsync(string password, CancellationToken cancellation)
    {
        var hash = await _hashing.HashAsync(password, cancellation);
        Remember(Mark(hash, password));
        return hash;
    }

    /// <summary>
    /// Checks a password. Wrong tries count per meeting and address, those of validate and join_room together; a missing password is wrong but not a
    /// try. Do not call it for the owner, who needs no password.
    /// </summary>
    /// <param name="meeting">Whose password.</param>
    /// <param name="hash">The stored hash; null when the meeting has no password.</param>
    /// <param name="password">What was given.</param>
    /// <param name="address">Where it came from.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<PasswordCheck> CheckAsync(MeetingId meeting, string? hash, string? password, IPAddress? address, CancellationToken cancellation)
    {
        if (hash is null)
            return new PasswordCheck(PasswordVerdict.Accepted);
        var key = $"{meeting} {RateLimits.AddressKey(address)}";
        // The try is counted before the slow hash, or many at once would slip through; a right one is given back.
        if (_limited && !_attempts.TryAcquire(key, out var retryAfter))
        {
            _metrics.RateLimited("meeting_password");
            return new PasswordCheck(PasswordVerdict.RateLimited, retryAfter);
        }

        var right = !string.IsNullOrEmpty(password) && password.Length <= MessageLimits.PasswordLength
            && await IsRightAsync(hash, password, cancellation);
        if (_limited && (right || string.IsNullOrEmpty(password)))
            _attempts.Return(key);
        return new PasswordCheck(right ? PasswordVerdict.Accepted : PasswordVerdict.Wrong);
    }

    private async Task<bool> IsRightAsync(string hash, string password, CancellationToken cancellation)
    {
        var mark = Mark(hash, password);
        lock (_gate)
        {
            if (_right.Contains(mark))
                return true;
        }

        if (await _hashing.VerifyAsync(hash, password, cancellation) == PasswordVerificationResult.Failed)
            return false;
        Remember(mark);
        return true;
    }

    private string Mark(string hash, string password) =>
        Convert.ToBase64String(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes($"{hash}\n{password}")));

    private void Remember(string mark)
    {
        lock (_gate)
        {
            if (!_right.Add(mark))
                return;
            _rightByAge.Enqueue(mark);
            if (_rightByAge.Count > RememberedPasswords)
                _right.Remove(_rightByAge.Dequeue());
        }
    }
}
