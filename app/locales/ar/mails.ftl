mail-confirm-subject = رمزك لـ { $host }: { $code }
mail-confirm-preview = { $code } هو رمزك. يعمل لمدة { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }.
mail-confirm-title = أكّد عنوان بريدك الإلكتروني
mail-confirm-code = رمزك لـ { $host }:
mail-confirm-how = اكتبه في الصفحة التي طلبته، أو أكّد بهذا الزر.
mail-confirm-how-text = اكتبه في الصفحة التي طلبته. أو افتح هذا الرابط
    وأكّد هناك:
mail-confirm-button = تأكيد البريد الإلكتروني
mail-confirm-end = يعمل الرمز والرابط مرة واحدة، لمدة { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }.
mail-confirm-ignore = إذا لم تطلب هذا فتجاهل هذه الرسالة. لن يحدث شيء بدون الرمز.
mail-button-broken = الزر لا يعمل؟ افتح هذا الرابط:
mail-existing-subject = لديك حساب في { $host } بالفعل
mail-existing-preview = سجّل الدخول أو أعد تعيين كلمة المرور.
mail-existing-title = لديك حساب بالفعل
mail-existing-text = حاول شخص، أنت على الأرجح، إنشاء حساب في { $host } بهذا العنوان. يوجد حساب بالفعل، لذا لم يتغير شيء.
mail-existing-sign-in = تسجيل الدخول
mail-existing-forgot = هل نسيت كلمة المرور؟
mail-existing-reset = إعادة تعيينها
mail-existing-ignore = إذا لم تكن أنت فتجاهل هذه الرسالة. لم يُخبَر من حاول بأن لديك حسابًا.
mail-reset-subject = إعادة تعيين كلمة المرور في { $host }
mail-reset-preview = يعمل الرابط مرة واحدة، لمدة { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }.
mail-reset-title = إعادة تعيين كلمة المرور
mail-reset-text = طلب شخص، أنت على الأرجح، إعادة تعيين كلمة مرور حسابك في { $host }.
mail-reset-button = اختيار كلمة مرور جديدة
mail-reset-end = يعمل الرابط مرة واحدة، لمدة { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }.
mail-reset-ignore = إذا لم تطلب هذا فتجاهل هذه الرسالة. تبقى كلمة المرور كما هي.
mail-changed-subject = تم تغيير كلمة المرور في { $host }
mail-changed-preview = إذا لم تكن أنت فأعد تعيينها الآن.
mail-changed-title = تم تغيير كلمة المرور
mail-changed-text = تم للتو تغيير كلمة مرور حسابك في { $host }. تم تسجيل خروج المتصفحات والتطبيقات التي كانت مسجّلة الدخول، باستثناء المكان الذي جرى فيه التغيير.
mail-changed-not-you = إذا لم تكن أنت فانتقل إلى { $host } واختر «هل نسيت كلمة المرور؟» وعيّن واحدة جديدة.
mail-sent-by = أرسله { $host }. لا نطلب منك أبدًا كلمة المرور أو رمزًا عبر البريد أو الدردشة أو الهاتف.
mail-passkey-added-subject = أُضيف مفتاح مرور إلى حسابك في { $host }
mail-passkey-added-preview = إذا لم تكن أنت فأزله الآن.
mail-passkey-added-title = أُضيف مفتاح مرور
mail-passkey-added-text = أصبح من الممكن تسجيل الدخول إلى حسابك في { $host } بمفتاح مرور جديد.
mail-passkey-added-not-you = إذا لم تكن أنت فسجّل الدخول إلى { $host } وأزل مفتاح المرور من «الأمان» وعيّن كلمة مرور جديدة.
mail-passkey-removed-subject = أُزيل مفتاح مرور من حسابك في { $host }
mail-passkey-removed-preview = إذا لم تكن أنت فتحقق من حسابك الآن.
mail-passkey-removed-title = أُزيل مفتاح مرور
mail-passkey-removed-text = لم يعد أحد مفاتيح المرور يسجّل الدخول إلى حسابك في { $host }. قد يظل ظاهرًا حيث كان محفوظًا، ويمكنك حذفه هناك.
mail-passkey-removed-not-you = إذا لم تكن أنت فسجّل الدخول إلى { $host } وراجع «الأمان» وعيّن كلمة مرور جديدة.
mail-passkey-kept = محفوظ لدى { $provider }.
mail-sign-in-subject = رمزك لتسجيل الدخول إلى { $host }: { $code }
mail-sign-in-preview = { $code } هو رمزك. يعمل لمدة { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }.
mail-sign-in-title = تسجيل الدخول
mail-sign-in-code = رمزك لتسجيل الدخول إلى { $host }:
mail-sign-in-how = اكتبه في الصفحة التي طلبته، أو سجّل الدخول بهذا الزر.
mail-sign-in-how-text = اكتبه في الصفحة التي طلبته. أو افتح هذا الرابط
    وسجّل الدخول هناك:
mail-sign-in-button = تسجيل الدخول
mail-sign-in-end = يعمل الرمز والرابط مرة واحدة، لمدة { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }.
mail-sign-in-ignore = إذا لم تطلب هذا فتجاهل هذه الرسالة ولا تعطِ الرمز لأحد. لا يمكن لأحد الدخول بدونه.
mail-address-subject = رمزك لـ { $host }: { $code }
mail-address-title = استخدام هذا العنوان لحسابك
mail-address-code = رمزك لـ { $host }:
mail-address-how = اكتبه في الصفحة التي طلبته فيها. عندئذٍ يصبح هذا العنوان عنوان حسابك.
mail-address-end = يعمل الرمز مرة واحدة، لمدة { $minutes ->
    [zero] { $minutes } دقيقة
    [one] دقيقة واحدة
    [two] دقيقتين
    [few] { $minutes } دقائق
    [many] { $minutes } دقيقةً
   *[other] { $minutes } دقيقة
  }.
mail-address-ignore = إذا لم تطلب هذا فتجاهل هذه الرسالة. لن يحدث شيء بدون الرمز.
mail-taken-preview = لم يتغير شيء.
mail-taken-text = أراد شخص، أنت على الأرجح، استخدام هذا العنوان لحساب آخر في { $host }. العنوان تابع لحساب بالفعل، لذا لم يتغير شيء.
mail-taken-ignore = إذا لم تكن أنت فتجاهل هذه الرسالة. لم يُخبَر من حاول بأن لديك حسابًا.
mail-moved-subject = تم تغيير عنوان البريد الإلكتروني لحسابك في { $host }
mail-moved-preview = إذا لم تكن أنت فاستعِد هذا العنوان خلال { $hours ->
    [zero] { $hours } ساعة
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $hours } ساعات
    [many] { $hours } ساعةً
   *[other] { $hours } ساعة
  }.
mail-moved-title = تم تغيير عنوان بريدك الإلكتروني
mail-moved-text = أصبح لحسابك في { $host } عنوان بريد إلكتروني آخر. من الآن تصل إليه الرسائل الخاصة بالحساب، وبه تسجّل الدخول.
mail-moved-not-you = إذا لم تكن أنت فاستعِد هذا العنوان. عندئذٍ يتم تسجيل خروج الجميع، وتختار كلمة مرور جديدة، وتُزال مفاتيح المرور وتطبيقات المصادقة التي أُضيفت في هذه الأثناء، وكذلك الحسابات التي رُبطت خلالها.
mail-moved-button = استعادة هذا العنوان
mail-moved-ignore = يعمل الرابط مرة واحدة، لمدة { $hours ->
    [zero] { $hours } ساعة
    [one] ساعة واحدة
    [two] ساعتين
    [few] { $hours } ساعات
    [many] { $hours } ساعةً
   *[other] { $hours } ساعة
  }. إذا غيّرت العنوان بنفسك فتجاهل هذه الرسالة.
mail-restored-subject = عاد هذا العنوان إلى حسابك في { $host }
mail-restored-preview = تم تسجيل خروج الجميع. تحقق مما يحمي حسابك.
mail-restored-title = تمت استعادة عنوانك
mail-restored-text = عاد هذا العنوان إلى حسابك في { $host }، مع كلمة المرور الجديدة التي اختيرت للتو. تم تسجيل خروجك من كل مكان.
mail-restored-dropped = أُزيلت مفاتيح المرور وتطبيقات المصادقة التي أُضيفت في هذه الأثناء، وكذلك الحسابات التي رُبطت خلالها. لم تعد رموز الاسترداد تعمل، ولم يعد أي متصفح موثوقًا به.
mail-restored-then = سجّل الدخول وراجع «الأمان» في حسابك، وأعد إعداد ما ينقصك هناك.
mail-arrival-title = تسجيل الدخول عن طريق { $provider } بهذا العنوان
mail-arrival-how = اكتبه في الصفحة التي طلبته فيها. بعد ذلك يسجّل { $provider } دخولك إلى حسابك بهذا العنوان، وإن لم يكن هناك حساب بعد فسيُنشأ.
