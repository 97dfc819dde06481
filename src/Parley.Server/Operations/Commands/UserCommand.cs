// `parley user list|add|disable|enable|reset-password|promote`: accounts by hand, for whoever may log in to the machine.
using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Identity;
using Parley.Data;
using Parley.Server.Composition.Http;
using Parley.Server.Features.Accounts;
using Parley.Server.Features.Auth;

namespace Parley.Server.Operations.Commands;

internal static class UserCommand
{
    private const string NewPasswordAlphabet = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    private const int NewPasswordLength = 16;

    public static Command Create(IReadOnlyList<string> args, TextWriter output)
    {
        var user = new Command("user", "Manages accounts.");
        user.Subcommands.Add(List(args, output));
        user.Subcommands.Add(Add(args, output));
        user.Subcommands.Add(Change(args, output, "disable", "Shuts an account out and closes its connections.", DisableAsync));
        user.Subcommands.Add(Change(args, output, "enable", "Lets an account in again.", EnableAsync));
        user.Subcommands.Add(Change(args, output, "promote", "Makes an account an administrator.", PromoteAsync));
        user.Subcommands.Add(ResetPassword(args, output));
        return user;
    }

    private static Command List(IReadOnlyList<string> args, TextWriter output)
    {
        var command = new Command("list", "Lists the accounts, newest first.") { TreatUnmatchedTokensAsErrors = false };
        command.SetAction((_, cancellation) => CommandScope.RunAsync(args, async scope =>
        {
            await scope.Migrator.UpAsync(TimeProvider.System.GetUtcNow(), cancellation);
            Cursor? after = null;
            var count = 0;
            do
            {
                var page = await scope.Accounts.ListAccountsAsync(new PageRequest(PageRequest.MaxLimit, after), cancellation);
                foreach (var account in page.Items)
                {
                    count++;
                    var marks = $"{(account.IsAdmin ? " administrator" : string.Empty)}{(account.Disabled ? " disabled" : string.Empty)}";
                    await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{account.Id}  {account.CreatedAt:yyyy-MM-dd}  {account.Email}  {account.Name}{marks}"));
                }

                after = page.Next;
            }
            while (after is not null);
            if (count == 0)
                await output.WriteLineAsync("There are no accounts in this server's database. Is it the right one? --data-dir or the configuration names it.");
            return 0;
        }));
        return command;
    }

    private static Command Add(IReadOnlyList<string> args, TextWriter output)
    {
        var email = new Argument<string>("email") { Description = "The e-mail address." };
        var name = new Option<string?>("--name") { Description = "The name to show; the address's first part without it." };
        var password = PasswordOption();
        var admin = new Option<bool>("--admin") { Description = "Makes it an administrator." };
        var command = new Command("add", "Makes an account.") { TreatUnmatchedTokensAsErrors = false };
        command.Arguments.Add(email);
        command.Options.Add(name);
        command.Options.Add(password);
        command.Options.Add(admin);
        command.SetAction((parsed, cancellation) => CommandScope.RunAsync(args, async scope =>
        {
            var address = parsed.GetRequiredValue(email);
            var shown = parsed.GetValue(name) ?? address.Split('@')[0];
            var secret = parsed.GetValue(password) ?? NewPassword();
            var errors = new FieldErrors();
            AccountRules.Email(errors, address);
            AccountRules.Name(errors, shown);
            AccountRules.NewPassword(errors, "password", secret);
            if (!errors.IsEmpty)
                return await RefuseAsync(output, errors);
            await scope.Migrator.UpAsync(TimeProvider.System.GetUtcNow(), cancellation);
            var now = TimeProvider.System.GetUtcNow();
            var result = await scope.Accounts.CreateAccountAsync(address, shown.Trim(), Hash(secret), parsed.GetValue(admin), now, cancellation);
            if (result is not CreateAccountResult.Created { User: var account })
            {
                await output.WriteLineAsync("There is an account with this e-mail address.");
                return ParleyCommand.Failed;
            }

            await scope.Audit.AppendAsync([AuditEntry.New(now, "account_added", subject: account.Id, detail: "command line")], cancellation);
            await output.WriteLineAsync($"{account.Id}  {account.Email}{(account.IsAdmin ? "  administrator" : string.Empty)}");
            if (parsed.GetValue(password) is null)
                await output.WriteLineAsync($"Password: {secret}");
            return 0;
        }));
        return command;
    }

    private static Command ResetPassword(IReadOnlyList<string> args, TextWriter output)
    {
        var password = PasswordOption();
        var command = Change(args, output, "reset-password", "Gives an account a new password and ends its sessions.", async (scope, account, parsed, cancellation) =>
        {
            var secret = parsed.GetValue(password) ?? NewPassword();
            var errors = new FieldErrors();
            AccountRules.NewPassword(errors, "password", secret);
            if (!errors.IsEmpty)
            {
                await RefuseAsync(output, errors);
                return null;
            }

            var now = TimeProvider.System.GetUtcNow();
            await scope.Accounts.SetPasswordHashAsync(account.Id, Hash(secret), cancellation);
            await scope.RefreshTokens.RevokeAllAsync(account.Id, now, cancellation: cancellation);
            if (parsed.GetValue(password) is null)
                await output.WriteLineAsync($"Password: {secret}");
            return AccountChangesWatch.PasswordReset;
        });
        command.Options.Add(password);
        return command;
    }

    private static Command Change(
        IReadOnlyList<string> args,
        TextWriter output,
        string name,
        string description,
        Func<CommandScope, UserRecord, ParseResult, CancellationToken, Task<string?>> change)
    {
        var email = new Argument<string>("email") { Description = "The account's e-mail address." };
        var command = new Command(name, description) { TreatUnmatchedTokensAsErrors = false };
        command.Arguments.Add(email);
        command.SetAction((parsed, cancellation) => CommandScope.RunAsync(args, async scope =>
        {
            await scope.Migrator.UpAsync(TimeProvider.System.GetUtcNow(), cancellation);
            if (await scope.Accounts.FindByEmailAsync(parsed.GetRequiredValue(email), cancellation) is not { } account)
            {
                await output.WriteLineAsync("There is no account with this e-mail address; parley user list shows them.");
                return ParleyCommand.Failed;
            }

            if (await change(scope, account, parsed, cancellation) is not { } happened)
                return ParleyCommand.Failed;
            // A running server reads this and closes the account's connections where that is due.
            await scope.Audit.AppendAsync([AuditEntry.New(TimeProvider.System.GetUtcNow(), happened, subject: account.Id, detail: "command line")], cancellation);
            await output.WriteLineAsync($"{account.Email}: {happened.Replace('_', ' ')}");
            return 0;
        }));
        return command;
    }

    private static async Task<string?> DisableAsync(CommandScope scope, UserRecord account, ParseResult parsed, CancellationToken cancellation)
    {
        await scope.Accounts.DisableAsync(account.Id, TimeProvider.System.GetUtcNow(), cancellation);
        return AccountChangesWatch.AccountDisabled;
    }

    private static async Task<string?> EnableAsync(CommandScope scope, UserRecord account, ParseResult parsed, CancellationToken cancellation)
    {
        await scope.Accounts.EnableAsync(account.Id, cancellation);
        return "account_enabled";
    }

    private static async Task<string?> PromoteAsync(CommandScope scope, UserRecord account, ParseResult parsed, CancellationToken cancellation)
    {
        await scope.Accounts.SetAdminAsync(account.Id, admin: true, cancellation);
        return "account_promoted";
    }

    private static Option<string?> PasswordOption() =>
        new("--password") { Description = "The password; one is made and shown without it. Others on this machine may see it in the list of processes." };

    private static string NewPassword() => RandomNumberGenerator.GetString(NewPasswordAlphabet, NewPasswordLength);

    private static string Hash(string password) => new PasswordHasher<string>().HashPassword(string.Empty, password);

    private static async Task<int> RefuseAsync(TextWriter output, FieldErrors errors)
    {
        foreach (var (field, messages) in errors.ToProblem().Errors!)
            await output.WriteLineAsync($"{field}: {string.Join(' ', messages)}");
        return ParleyCommand.Failed;
    }
}
