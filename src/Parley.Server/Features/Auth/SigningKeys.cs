// The server's own secrets: made at the first start, kept in the data directory, replaced when they grow old.
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Parley.Server.Composition;
using Parley.Server.Operations;

namespace Parley.Server.Features.Auth;

/// <summary>One key of access tokens.</summary>
internal sealed record SigningKey(string Id, byte[] Secret, DateTimeOffset CreatedAt);

/// <summary>The file of secrets.</summary>
internal sealed record SigningKeyFile(byte[] Root, IReadOnlyList<SigningKey> Keys);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true, GenerationMode = JsonSourceGenerationMode.Metadata)]
[JsonSerializable(typeof(SigningKeyFile))]
internal sealed partial class SigningKeyJson : JsonSerializerContext;

/// <summary>
/// The ring of signing keys: the newest signs, those before it verify for a while. Processes that share the data directory share the keys: one of them
/// replaces a key that grew old, the others find the new one when they need it.
/// </summary>
internal sealed class SigningKeys(DataDirectory directory, TimeProvider clock, ILogger<SigningKeys> logger)
{
    public const string FileName = "signing-keys.json";

    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan SigningTime = TimeSpan.FromDays(90);

    /// <summary>How long a replaced key still verifies: the life of a token, and room for clocks.</summary>
    public static readonly TimeSpan VerifyingTime = TimeSpan.FromHours(1);

    /// <summary>The least time between two looks at the file for a key that is not known.</summary>
    public static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private const string LockName = "signing-keys.lock";
    private const int SecretBytes = 32;

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private volatile SigningKeyFile? _file;
    private long _renewAtTicks; // of UTC
    private long _lookedAt; // guarded by _gate

    private SigningKeyFile File => _file ?? throw new InvalidOperationException("The signing keys have not been loaded.");

    /// <summary>The key that signs; a new one when it has signed for long enough.</summary>
    public SigningKey Current
    {
        get
        {
            if (clock.GetUtcNow().UtcTicks >= Volatile.Read(ref _renewAtTicks))
                Renew();
            return File.Keys[0];
        }
    }

    /// <summary>A key by its id; null when it is unknown or retired.</summary>
    public SigningKey? Find(string? id) => id is null ? null : FindKnown(id) ?? (TryLookAgain() ? FindKnown(id) : null);

    /// <summary>A key for another purpose than signing tokens, the same at every start.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, File.Root, SecretBytes, info: System.Text.Encoding.ASCII.GetBytes(purpose));

    /// <summary>Reads the keys, making what is missing and replacing what is old.</summary>
    /// <returns>False when another process is making the first ones just now.</returns>
    /// <exception cref="StartupException">The file cannot be read or written.</exception>
    public bool TryLoad()
    {
        try
        {
            lock (_gate)
                return TryRoll() || _file is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StartupException($"{directory.PathOf(FileName)} cannot be used: {exception.Message}", exception);
        }
    }

    private static bool IsDue(SigningKeyFile file, DateTimeOffset now) => file.Keys.Count == 0 || now >= file.Keys[0].CreatedAt + SigningTime;

    private static bool Verifies(SigningKeyFile file, int index, DateTimeOffset now) => index == 0 || now < file.Keys[index - 1].CreatedAt + VerifyingTime;

    private SigningKey? FindKnown(string id)
    {
        var file = File;
        for (var i = 0; i < file.Keys.Count; i++)
        {
            if (file.Keys[i].Id == id)
                return Verifies(file, i, clock.GetUtcNow()) ? file.Keys[i] : null;
        }

        return null;
    }

    // A token that another process signed with a key it has just made.
    private bool TryLookAgain()
    {
        lock (_gate)
        {
            if (clock.GetElapsedTime(_lookedAt) < LookInterval)
                return false;
            _lookedAt = clock.GetTimestamp();
            try
            {
                if (Read() is not { Keys.Count: > 0 } file)
                    return false;
                Use(file);
                return true;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StartupException)
            {
                logger.KeysUnreadable(exception);
                return false;
            }
        }
    }

    // Sign-ins go on with the old key when no new one can be kept.
    private void Renew()
    {
        lock (_gate)
        {
            var now = clock.GetUtcNow();
            if (now.UtcTicks < _renewAtTicks)
                return;
            var renewed = false;
            try
            {
                renewed = TryRoll();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or StartupException)
            {
                logger.KeyNotRenewed(exception);
            }

            if (!renewed)
                Volatile.Write(ref _renewAtTicks, (now + RetryInterval).UtcTicks);
        }
    }

    // False when a key is due and another process has its hand on the file.
    private bool TryRoll()
    {
        var now = clock.GetUtcNow();
        var file = Read();
        if (file is null || IsDue(file, now))
        {
            using var turn = directory.TryLock(LockName);
            if (turn is null)
                return false;
            file = Read() ?? new SigningKeyFile(RandomNumberGenerator.GetBytes(SecretBytes), []);
            if (IsDue(file, now))
            {
                var next = new SigningKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), RandomNumberGenerator.GetBytes(SecretBytes), now);
                file = file with { Keys = [next, .. file.Keys.Where((_, index) => Verifies(file, index, now))] };
                directory.WritePrivate(FileName, JsonSerializer.SerializeToUtf8Bytes(file, SigningKeyJson.Default.SigningKeyFile));
            }
        }

        _lookedAt = clock.GetTimestamp();
        Use(file);
        return true;
    }

    private void Use(SigningKeyFile file)
    {
        _file = file;
        Volatile.Write(ref _renewAtTicks, (file.Keys[0].CreatedAt + SigningTime).UtcTicks);
    }

    private SigningKeyFile? Read()
    {
        try
        {
            var bytes = directory.TryRead(FileName);
            if (bytes is null)
                return null;
            var file = JsonSerializer.Deserialize(bytes, SigningKeyJson.Default.SigningKeyFile);
            if (file is { Root.Length: SecretBytes } && file.Keys.All(key => key.Secret.Length == SecretBytes && key.Id.Length > 0))
                return file;
        }
        catch (JsonException)
        {
            // Answered below, as any other content that is not ours.
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new StartupException($"{directory.PathOf(FileName)} cannot be read: {exception.Message}", exception);
        }

        throw new StartupException(
            $"{directory.PathOf(FileName)} is damaged. Restore it from a backup, or delete it: everybody then has to sign in again.");
    }
}

/// <summary>Log messages of the keys: event ids 1150 to 1199.</summary>
internal static partial class SigningKeyLog
{
    [LoggerMessage(1150, LogLevel.Warning, "The signing keys cannot be read again; those known stay in force")]
    public static partial void KeysUnreadable(this ILogger logger, Exception exception);

    [LoggerMessage(1151, LogLevel.Warning, "The signing key is due to be replaced, but no new one can be stored; the old one goes on signing")]
    public static partial void KeyNotRenewed(this ILogger logger, Exception exception);
}
