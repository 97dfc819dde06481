// Password hashes are slow on purpose. No more of them run at once than there are cores, off the threads that serve requests.
using Microsoft.AspNetCore.Identity;

namespace Parley.Server.Features.Auth;

/// <summary>The framework's password hasher behind a gate.</summary>
/// <param name="hasher">Borrowed; hashes and compares.</param>
internal sealed class SlowHashing(IPasswordHasher<string> hasher) : IDisposable
{
    private readonly SemaphoreSlim _gate = new(Math.Max(1, Environment.ProcessorCount));

    // What an unknown address is compared with, so that it takes as long as a known one; made once, before anybody can ask.
    private readonly string _dummy = hasher.HashPassword(string.Empty, Guid.NewGuid().ToString());

    public Task<string> HashAsync(string password, CancellationToken cancellation) =>
        RunAsync(() => hasher.HashPassword(string.Empty, password), cancellation);

    /// <summary>Compares with a stored hash. Without one it compares with a hash that nothing matches, and fails.</summary>
    public async Task<PasswordVerificationResult> VerifyAsync(string? hash, string password, CancellationToken cancellation)
    {
        var result = await RunAsync(() => hasher.VerifyHashedPassword(string.Empty, hash ?? _dummy, password), cancellation);
        return hash is null ? PasswordVerificationResult.Failed : result;
    }

    public void Dispose() => _gate.Dispose();

    private async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _gate.WaitAsync(cancellation);
        try
        {
            return await Task.Run(work, cancellation);
        }
        finally
        {
            _gate.Release();
        }
    }
}
