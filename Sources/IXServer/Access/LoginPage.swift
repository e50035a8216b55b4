import IXRepresentation

/// The page under `/login`: one file without any other, whose script and style the policy names by their hashes.
///
/// A link's secret stands behind `#`, which browsers send to no server; the page posts it, and takes it out of the
/// address.
enum LoginPage {
    static func answer(_ framing: FramingPolicy) -> Answer {
        Answer(
            status: 200, headers: [("content-security-policy", policy + "; " + framing.directive)],
            body: .text(html, type: "text/html; charset=utf-8"))
    }

    private static let policy = [
        "default-src 'none'", "script-src 'sha256-\(Digest.base64(of: script))'",
        "style-src 'sha256-\(Digest.base64(of: style))'", "connect-src 'self'", "base-uri 'none'", "form-action 'none'",
        "require-trusted-types-for 'script'", "trusted-types 'none'",
    ].joined(separator: "; ")

    private static let html = """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>ix-worker</title>
        <style>\(style)</style>
        </head>
        <body>
        <main>
        <h1>ix-worker</h1>
        <form id="login">
        <label for="token">Token</label>
        <input id="token" type="password" autocomplete="off" spellcheck="false" required autofocus>
        <button>Log in</button>
        <p>Without a token at hand: <code>ixctl open</code> prints a link.</p>
        </form>
        <button id="logout" hidden>Log out</button>
        <p id="state" role="status"></p>
        <noscript><p>The page needs JavaScript.</p></noscript>
        </main>
        <script>\(script)</script>
        </body>
        </html>

        """

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;margin:0;color-scheme:light dark}
        main{max-width:28rem;margin:4rem auto;padding:0 1rem}
        form{display:grid;gap:.5rem}
        input,button{font:inherit;padding:.5rem}
        [hidden]{display:none}
        """

    private static let script = """
        'use strict';
        const at = id => document.getElementById(id);
        const say = text => { at('state').textContent = text; };
        const show = who => {
          at('login').hidden = who !== null;
          at('logout').hidden = who === null;
          if (who) say('Logged in as ' + who.name + ' (' + who.role + ').');
        };
        const send = async (method, path, body) => {
          const answer = await fetch(path, {method, headers: body ? {'content-type': 'application/json'} : {},
            body: body && JSON.stringify(body)});
          const text = await answer.text();
          const object = text ? JSON.parse(text) : {};
          if (!answer.ok) throw new Error(object.detail || 'The server answered ' + answer.status + '.');
          return object;
        };
        // A page of the dashboard that found no session names itself behind `#to=`.
        const to = location.hash.match(/^#to=(#[^<>]*)$/);
        const logIn = body => send('POST', 'login', body)
          .then(() => location.replace('./' + (to ? to[1] : '')), error => say(error.message));
        at('login').addEventListener('submit', event => {
          event.preventDefault();
          const token = at('token').value.trim();
          at('token').value = '';
          logIn({token});
        });
        at('logout').addEventListener('click', () => {
          send('POST', 'logout').then(() => { show(null); say('Logged out.'); }, error => say(error.message));
        });
        const link = location.hash.match(/^#link=([\\w-]+)$/);
        if (link) {
          history.replaceState(null, '', location.pathname);
          logIn({link: link[1]});
        } else {
          send('GET', 'v1/whoami').then(show, () => {});
        }
        """
}
