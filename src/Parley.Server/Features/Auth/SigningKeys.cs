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

/// <summary>The ring of signing keys: the newest signs, all verify.</summary>
internal sealed class SigningKeys(DataDirectory directory, TimeProvider clock)
{
    public const string FileName = "signing-keys.json";

    private const int SecretBytes = 32;

    /// <summary>How long a key signs.</summary>
    private static readonly TimeSpan SigningTime = TimeSpan.FromDays(90);

    /// <summary>How long a replaced key still verifies: the life of a token, and room for clocks.</summary>
    private static readonly TimeSpan VerifyingTime = TimeSpan.FromHours(1);

    private SigningKeyFile? _file;

    private SigningKeyFile File => _file ?? throw new InvalidOperationException("The signing keys have not been loaded.");

    /// <summary>The key that signs.</summary>
    public SigningKey Current => File.Keys[0];

    /// <summary>A key by its id; null when it is unknown or retired.</summary>
    public SigningKey? Find(string? id) => File.Keys.FirstOrDefault(key => key.Id == id);

    /// <summary>A key for another purpose than signing tokens, the same at every start.</summary>
    public byte[] Derive(string purpose) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, File.Root, SecretBytes, info: System.Text.Encoding.ASCII.GetBytes(purpose));

    /// <summary>Reads the keys, making what is missing and replacing what is old.</summary>
    /// <exception cref="StartupException">The file cannot be read.</exception>
    public void Load()
    {
        var now = clock.GetUtcNow();
        var file = Read() ?? new SigningKeyFile(RandomNumberGenerator.GetBytes(SecretBytes), []);
        var kept = file.Keys.Where((key, index) => index == 0 || now < file.Keys[index - 1].CreatedAt + VerifyingTime).ToList();
        if (kept.Count == 0 || now >= kept[0].CreatedAt + SigningTime)
            kept.Insert(0, new SigningKey(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)), RandomNumberGenerator.GetBytes(SecretBytes), now));
        var changed = file with { Keys = kept };
        if (kept.Count != file.Keys.Count || kept[0].Id != file.Keys[0].Id)
            directory.WritePrivate(FileName, JsonSerializer.SerializeToUtf8Bytes(changed, SigningKeyJson.Default.SigningKeyFile));
        _file = changed;
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
